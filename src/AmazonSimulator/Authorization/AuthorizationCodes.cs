using System.Security.Cryptography;

namespace AmazonSimulator;

/// <summary>The codes that were issued, kept by hash, and after their use too: a replay has to be told from a code that never was.</summary>
internal sealed class AuthorizationCodes(SimulatorSettings settings, SimulatorClock clock)
{
    private static readonly int[] Lengths = [18, 20, 128];

    private readonly BoundedStore<AuthorizationCode> _codes = new(100_000);
    private int _issued;

    public string Issue(AuthorizationRequest request, Grant grant)
    {
        var length = settings.CodeLength ?? Lengths[(Interlocked.Increment(ref _issued) & int.MaxValue) % Lengths.Length];
        var code = $"AN{RandomNumberGenerator.GetString(TokenText.Alphabet, length - 2)}";
        _codes.Add(TokenText.Hash(code), new(grant, request.RedirectUri, request.Challenge, clock.Now + settings.CodeLifetime));
        return code;
    }

    public AuthorizationCode? Find(string code) => _codes.Find(TokenText.Hash(code));

    public void Clear() => _codes.Clear();
}
