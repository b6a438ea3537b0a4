namespace AmazonSimulator;

/// <summary>What a refresh does to the refresh token. Amazon reserves the right to change it on any call.</summary>
internal enum RefreshMode
{
    /// <summary>The answer repeats the token that was sent, as observed.</summary>
    SameToken,

    /// <summary>A new token; the old one keeps working.</summary>
    NewTokenOldGood,

    /// <summary>A new token; the old one is dead at once.</summary>
    NewTokenOldDies,

    /// <summary>The answer has no <c>refresh_token</c>; the one that was sent keeps working.</summary>
    NoTokenInAnswer,

    /// <summary>One of the others, drawn anew for each call.</summary>
    Random,
}
