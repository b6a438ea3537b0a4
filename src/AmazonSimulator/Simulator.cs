using Microsoft.Extensions.Options;

namespace AmazonSimulator;

/// <summary>Everything the simulator knows. One per process, whatever regional base a request comes in by.</summary>
internal sealed class Simulator
{
    private readonly SimulatorOptions _options;

    public Simulator(IOptions<SimulatorOptions> options, TimeProvider time)
    {
        _options = options.Value;
        Clock = new(time);
        Clients = new(_options.Clients);
        Settings.CopyFrom(_options.Settings);
        Codes = new(Settings, Clock);
        Tokens = new(Settings, Clock, Grants);
    }

    public SimulatorSettings Settings { get; } = new();

    public SimulatorClock Clock { get; }

    public CallLog Calls { get; } = new();

    public FaultPlan Faults { get; } = new();

    public ClientRegistry Clients { get; }

    public PendingAuthorizations Pending { get; } = new();

    public SignIns SignIns { get; } = new();

    public ConsentLedger Consents { get; } = new();

    public GrantLedger Grants { get; } = new();

    public AuthorizationCodes Codes { get; }

    public TokenStore Tokens { get; }

    /// <summary>The customer removes every app from the account: codes, refresh tokens and access tokens die, consent is forgotten.</summary>
    /// <param name="customerId">The id of a sample customer, or the <c>user_id</c> that any of the clients sees.</param>
    public void RevokeGrants(string customerId)
    {
        var customer = SampleCustomers.Find(customerId)
            ?? SampleCustomers.All.FirstOrDefault(candidate => Clients.All.Any(client => candidate.UserIdFor(client.Company) == customerId))
            ?? throw new ArgumentException($"No customer is called '{customerId}'.", nameof(customerId));
        Grants.Revoke(customer);
        Consents.Forget(customer);
    }

    /// <summary>Back to the state after the start.</summary>
    public void Reset()
    {
        Settings.CopyFrom(_options.Settings);
        Clock.Reset();
        Calls.Clear();
        Faults.Clear();
        Clients.Reset(_options.Clients);
        Pending.Clear();
        SignIns.Clear();
        Consents.Clear();
        Codes.Clear();
        Tokens.Clear();
    }
}
