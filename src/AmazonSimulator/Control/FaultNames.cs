namespace AmazonSimulator;

/// <summary>The faults by the names the control API has for them.</summary>
internal static class FaultNames
{
    private static readonly Dictionary<string, Func<PlannedFault, Fault>> Known = new(StringComparer.Ordinal)
    {
        ["status"] = plan => Fault.Status(plan.Status, plan.Body, plan.ContentType, plan.RetryAfter),
        ["serverError"] = plan => Fault.ServerError(plan.Error),
        ["htmlUnavailable"] = _ => Fault.HtmlUnavailable,
        ["xmlNotFound"] = _ => Fault.XmlNotFound,
        ["emptyBody"] = plan => Fault.EmptyBody(plan.Status),
        ["halfJson"] = _ => Fault.HalfJson,
        ["reset"] = _ => Fault.Reset,
        ["slow"] = plan => Fault.Slow(plan.Seconds),
        ["tooManyRequests"] = plan => Fault.TooManyRequests(plan.RetryAfter),
        ["oauthError"] = plan => Fault.OAuthError(plan.Status, plan.Error, plan.Description),
        ["redirect"] = plan => Fault.Redirect(plan.Location),
        ["noAccessToken"] = _ => Fault.NoAccessToken,
        ["wrongTokenType"] = _ => Fault.WrongTokenType,
        ["oversize"] = _ => Fault.Oversize,
        ["invalidToken"] = _ => Fault.InvalidToken,
        ["insufficientScope"] = _ => Fault.InsufficientScope,
        ["foreignAudience"] = _ => Fault.ForeignAudience,
        ["foreignUser"] = _ => Fault.ForeignUser,
        ["missingUserId"] = _ => Fault.MissingUserId,
    };

    public static IReadOnlyCollection<string> All => Known.Keys;

    public static Fault? Find(PlannedFault plan) =>
        plan.Fault is { } name && Known.TryGetValue(name, out var make) ? make(plan) with { AfterProcessing = plan.AfterProcessing } : null;
}
