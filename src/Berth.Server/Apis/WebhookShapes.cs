using Berth.Lifecycle.Webhooks;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Webhooks and their deliveries as the API shows them.</summary>
internal static class WebhookShapes
{
    public static IResult Answer(WebhookOutcome outcome, bool isDryRun = false, int status = StatusCodes.Status200OK) => outcome switch
    {
        WebhookOutcome.Refused refused => new ProblemResult(ProblemOf.Refusal(refused.Reason) with { Step = null }),
        _ when isDryRun => Results.Json(new { dry_run = true, would = Shown(outcome) }, BerthJson.Options),
        _ => Results.Json(Shown(outcome), BerthJson.Options, statusCode: status),
    };

    /// <summary>A webhook; its secret is a member only in the answer that made it.</summary>
    public static object Webhook(Webhook webhook, string? secret = null)
    {
        var shown = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["id"] = webhook.Id,
            ["user_id"] = webhook.UserId,
            ["name"] = webhook.Name,
            ["url"] = webhook.Url,
            ["scope"] = webhook.IsEverybodys ? "all" : "own",
            ["types"] = webhook.Types,
            ["slug"] = webhook.Slug,
            ["enabled"] = webhook.IsEnabled,
            ["disabled_reason"] = webhook.DisabledReason,
            ["failures"] = webhook.Failures,
            ["failing_since"] = webhook.FailingSince,
            ["paused_until"] = webhook.PausedUntil,
            ["previous_secret_until"] = webhook.PreviousSecretUntil,
            ["created_at"] = webhook.CreatedAt,
            ["updated_at"] = webhook.UpdatedAt,
        };
        if (secret is not null)
            shown["secret"] = secret;
        return shown;
    }

    public static object Delivery(WebhookDelivery delivery) => new
    {
        delivery.Id,
        delivery.WebhookId,
        delivery.Kind,
        delivery.EventId,
        delivery.EventType,
        delivery.State,
        delivery.NextAt,
        delivery.CreatedAt,
        attempts = delivery.Attempts.Select(attempt => new { attempt = attempt.Number, attempt.At, ms = attempt.Milliseconds, attempt.Status, attempt.Error, attempt.Answer }),
    };

    private static object Shown(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Done done => Webhook(done.Webhook, done.Secret),
        WebhookOutcome.Delivery made => Delivery(made.Entry),
        WebhookOutcome.Queued queued => new { queued = queued.Count, continue_after = queued.ContinueAfter },
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };
}
