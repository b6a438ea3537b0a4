namespace BffBroker.Tests.Simulator;

/// <summary>The tokens of a login.</summary>
internal sealed record Tokens(string Access, string Refresh)
{
    public static Tokens In(Answer answer) => new(answer["access_token"]!, answer["refresh_token"]!);
}
