//! What is said about CSV files.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "the file has {size} KiB; at most {most} KiB are read",
        "文件有 {size} KiB，最多读取 {most} KiB",
    ),
    ("keep the columns and rows that are needed", "只保留需要的列和行"),
    ("this is an Excel workbook, not a CSV file", "这是 Excel 工作簿，不是 CSV 文件"),
    (
        "open it in Excel and save it as CSV UTF-8 (Save As)",
        "用 Excel 打开，“另存为”，类型选“CSV UTF-8”",
    ),
    (
        "these bytes are neither UTF-8 nor GB18030 text",
        "这些内容既不是 UTF-8 也不是 GB18030 编码的文字",
    ),
    ("save the file again as CSV UTF-8", "把文件重新另存为“CSV UTF-8”"),
    ("a control character stands here", "这里有一个看不见的控制字符"),
    ("delete it, or save the file again as CSV UTF-8", "删掉它，或把文件重新另存为“CSV UTF-8”"),
    ("the file has more than {most} rows", "文件超过 {most} 行"),
    ("keep the rows that are needed", "只保留需要的行"),
    ("nothing is written in this file", "文件里什么也没有"),
    (
        "the first row names the columns, the others have one entry each",
        "第一行写列名，以后每行一条",
    ),
    ("a row has more than {most} cells", "有一行超过 {most} 个单元格"),
    ("keep the columns that are needed", "只保留需要的列"),
    ("the quote that opens here is never closed", "这里的引号只有开头，没有结尾"),
    ("close it, or save the file as CSV again", "补上结尾的引号，或把文件重新另存为 CSV"),
];
