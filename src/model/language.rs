//! The language of dates, numbers and messages to people.

/// A language the service speaks to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// `en`
    #[default]
    English,
    /// `zh`
    Chinese,
    /// `id`
    Indonesian,
    /// `pt`
    Portuguese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::English, Self::Chinese, Self::Indonesian, Self::Portuguese];

    /// Its two letters in the settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
            Self::Indonesian => "id",
            Self::Portuguese => "pt",
        }
    }

    /// The language two letters mean.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}
