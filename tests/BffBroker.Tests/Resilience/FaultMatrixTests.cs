using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

public sealed class FaultMatrixTests(FaultMatrix matrix) : IClassFixture<FaultMatrix>
{
    public static TheoryData<string> Rows => [.. FaultRow.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Infrastructure_trouble_is_answered_as_the_contract_says_and_costs_nobody_anything(string trouble)
    {
        var row = FaultRow.All.Single(row => row.Name == trouble);
        await matrix.PrepareAsync();

        await row.StrikeAsync(matrix);
        Answers during;
        try
        {
            during = await matrix.AskAsync();
        }
        finally
        {
            await row.MendAsync(matrix);
        }

        Assert.Equal(row.Answers, during);
        await matrix.AssertNothingLostAsync(during);
    }
}
