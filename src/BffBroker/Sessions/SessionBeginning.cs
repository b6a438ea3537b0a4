using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Sessions;

/// <summary>Begins sessions, at a login.</summary>
internal sealed partial class SessionBeginning(
    RememberingStore store, SessionIndex index, SessionSeal seal, IOptions<SessionOptions> options, TimeProvider clock, ILogger<SessionBeginning> logger)
{
    private const long FirstGeneration = 1;

    private readonly TimeSpan _idleTimeout = options.Value.IdleTimeout;
    private readonly TimeSpan _lifetime = options.Value.Lifetime;

    /// <summary>
    /// The entry in the user's index first, then the record, then a look whether the entry is still there. Null when all of the user's sessions
    /// were ended meanwhile: this one is, too.
    /// </summary>
    /// <param name="declined">What this login asked for and did not get.</param>
    /// <param name="browser">The same for all tabs of a browser that log in together.</param>
    /// <param name="bind">Of the companion cookie, where sibling hosts see the session cookie.</param>
    public async Task<OpenSession?> BeginAsync(
        UserIdentity user, Scopes granted, TokenSet tokens, Scopes? declined = null, string? userAgent = null, string? browser = null, CookieSecret? bind = null)
    {
        var now = clock.GetUtcNow();
        var session = new Session(user, granted, now, now + _lifetime, tokens, Declined: declined, UserAgent: userAgent, Bind: bind is null ? null : BindHash.Of(bind));
        var key = CookieSecret.Create();
        var handle = SessionHandle.Of(key);
        var record = new StoredSession(StoredSession.CurrentFormat, FirstGeneration, now, seal.Seal(session, key, FirstGeneration));

        await index.AddAsync(handle, session, browser);
        try
        {
            await store.CreateAsync(handle, record, session.RecordLife(_idleTimeout, now));
            if (!(await index.SessionsOfAsync(index.HandleOf(user.UserId))).Contains(handle))
            {
                store.Abandon(handle);
                return null;
            }
        }
        catch (StoreUnavailableException)
        {
            // Nobody gets its cookie, and nobody is to see it in a list.
            store.Abandon(handle);
            throw;
        }

        Log.Began(logger, handle.Ref);
        return new(key, handle, FirstGeneration, session);
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "Session {SessionRef} began")]
        public static partial void Began(ILogger logger, string sessionRef);
    }
}
