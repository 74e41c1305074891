using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>The ways of saying no.</summary>
internal static class WebhookRefusals
{
    public static WebhookOutcome.Refused Unknown() => Refuse(RefusalKind.NotFound, "webhook.unknown", "You have no such webhook. List yours: GET /api/v1/webhooks.");

    public static WebhookOutcome.Refused Invalid(IReadOnlyList<RefusalReason> reasons) =>
        new(new OperationOutcome.Refused(RefusalKind.Unprocessable, reasons.Count == 1 ? reasons[0].Code : "webhook.invalid",
            reasons.Count == 1 ? reasons[0].Message : "The webhook has faults; 'errors' lists all. Nothing was changed.", reasons));

    public static WebhookOutcome.Refused Refuse(RefusalKind kind, string code, string message) => new(new OperationOutcome.Refused(kind, code, message, []));
}
