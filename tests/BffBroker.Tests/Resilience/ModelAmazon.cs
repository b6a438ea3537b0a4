using BffBroker.OAuth;

namespace BffBroker.Tests.Resilience;

internal enum AnswerKind
{
    Tokens,
    Busy,
    RequestLost,
    AnswerLost,
}

/// <summary>
/// Amazon as a model: each user has one living refresh token, a refresh replaces it, and whoever sends a dead one learns that the grant is gone.
/// It also is the judge of what may be sent.
/// </summary>
internal sealed class ModelAmazon
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _serials = [];
    private readonly Dictionary<string, TaskCompletionSource<AnswerKind>> _underWay = [];
    private readonly HashSet<string> _delivered = [];
    private readonly HashSet<string> _lost = [];

    /// <summary>Answers at once, for the end of a history.</summary>
    public bool IsPrompt { get; set; }

    public bool HasLost(string grant) => Locked(() => _lost.Contains(grant));

    public TokenResponse LogIn(string grant)
    {
        lock (_gate)
        {
            _serials[grant] = 0;
            return Tokens(grant);
        }
    }

    public async Task<TokenRequestOutcome> RefreshAsync(RefreshToken refreshToken, CancellationToken cancellationToken)
    {
        var token = refreshToken.Value;
        var grant = token.Split('#')[0];
        TaskCompletionSource<AnswerKind> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            Assert.False(_delivered.Contains(token), "A token whose successor came back is sent again.");
            Assert.True(_underWay.TryAdd(token, answer), "A token is sent again while the first answer may still come.");
        }

        await using var giveUp = cancellationToken.Register(() => Finish(token, AnswerKind.RequestLost));
        if (IsPrompt)
        {
            Finish(token, AnswerKind.Tokens);
        }

        var kind = await answer.Task;
        lock (_gate)
        {
            if (kind is AnswerKind.Busy)
            {
                return new TokenRequestOutcome.Unavailable(null);
            }

            if (kind is AnswerKind.RequestLost)
            {
                return new TokenRequestOutcome.Unanswered();
            }

            if (token != Name(grant))
            {
                return new TokenRequestOutcome.InvalidGrant();
            }

            _serials[grant]++;
            if (kind is AnswerKind.AnswerLost)
            {
                _ = _lost.Add(grant);
                return new TokenRequestOutcome.Unanswered();
            }

            _ = _delivered.Add(token);
            return new TokenRequestOutcome.Issued(Tokens(grant));
        }
    }

    /// <summary>Answers what one user's grants are waiting for, if anything.</summary>
    public async Task AnswerAsync(int user, AnswerKind kind)
    {
        foreach (var token in Locked(() => _underWay.Keys.Where(token => token.StartsWith($"{user}-", StringComparison.Ordinal)).ToList()))
        {
            Finish(token, kind);
        }

        await Task.Yield();
    }

    private void Finish(string token, AnswerKind kind) => Locked(() => _underWay.Remove(token, out var answer) && answer.TrySetResult(kind));

    private TokenResponse Tokens(string grant) => new(new($"access of {Name(grant)}"), TimeSpan.FromHours(1), new RefreshToken(Name(grant)));

    private string Name(string grant) => $"{grant}#{_serials[grant]}";

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
