using System.Buffers.Text;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// The <c>state</c> of logins under way: sealed by the key ring and carried by the browser, so that beginning one writes nothing. Only its
/// one use is remembered.
/// </summary>
internal sealed class LoginStates(KeyRing keyRing, IUsedStates usedStates, TimeProvider clock)
{
    public const int LongestState = 3000;

    /// <summary>How long the use of one is remembered: longer than any is good, by whatever clock.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public LoginState Begin(ReturnUrl returnUrl, Scopes scopes, CookieSecret loginKey) =>
        LoginState.Begin(returnUrl, scopes, loginKey, clock.GetUtcNow());

    public async Task<string> SealAsync(LoginState state) => Base64Url.EncodeToString(await keyRing.SealLoginStateAsync(state.ToBytes()));

    /// <summary>Null for whatever <see cref="SealAsync"/> did not write.</summary>
    /// <param name="mayReload">Whether a key that this node does not know is looked for in Redis.</param>
    public async ValueTask<LoginState?> OpenAsync(string? text, bool mayReload = true) =>
        text is { Length: > 0 and <= LongestState } && StrictBase64Url.Decode(text) is { } content && await keyRing.OpenLoginStateAsync(content, mayReload) is { } bytes
            ? LoginState.FromBytes(bytes)
            : null;

    public bool IsExpired(LoginState state)
    {
        var age = clock.GetUtcNow() - state.IssuedAt;
        return age > Life || age < -ClockSkew;
    }

    /// <summary>So young that the login of another tab may still be on its way back from Amazon.</summary>
    public bool IsRecent(LoginState state) => clock.GetUtcNow() - state.IssuedAt < Recent;

    /// <summary>False when it was used before.</summary>
    public Task<bool> TryUseAsync(LoginState state) => usedStates.TryMarkAsync(state);
}
