using System.Globalization;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Judge → one transaction with the row and its trail → wake the sender.</summary>
internal sealed class WebhookBook(IDatabase database, WebhookRules rules, WebhookSecrets secrets, WebhookOptions options, WebhookWake wake, TimeProvider time) : IWebhooks
{
    public async Task<WebhookOutcome> CreateAsync(OperationCaller caller, WebhookChange wanted, bool isDryRun, CancellationToken cancellationToken = default)
    {
        var reasons = rules.Judge(wanted with { Url = wanted.Url ?? "" });
        if (reasons.Count > 0)
            return WebhookRefusals.Invalid(reasons);
        var now = time.GetUtcNow();
        var at = now.ToUnixTimeMilliseconds();
        var (id, secret) = (Guid.CreateVersion7(now).ToString("n"), WebhookSignature.NewSecret());
        var row = With(new WebhookRow(id, caller.UserId, "", "", 0, "[]", null, "", null, null, 1, null, 0, 0, null, null, at, at), wanted, at);
        row = row with { Secret = isDryRun ? "" : await secrets.SealAsync(id, secret, cancellationToken) };
        var isMade = await (isDryRun
            ? database.ReadAsync(async session => await HasRoomAsync(session, caller.UserId), cancellationToken)
            : database.WriteAsync(session => TryInsertAsync(session, caller, row), cancellationToken));
        if (!isMade)
        {
            return WebhookRefusals.Refuse(
                RefusalKind.Conflict, "webhook.too_many",
                string.Create(CultureInfo.InvariantCulture, $"A user has at most {options.MostPerUser} webhooks. Remove one first."));
        }

        wake.Pulse();
        return new WebhookOutcome.Done(row.ToWebhook(), isDryRun ? null : secret);
    }

    public async Task<IReadOnlyList<Webhook>> ListAsync(string? visibleTo, int limit, string? before = null, CancellationToken cancellationToken = default) =>
        [.. (await database.ReadAsync(session => WebhookRows.ListAsync(session, visibleTo, limit, before), cancellationToken)).Select(row => row.ToWebhook())];

    public async Task<WebhookOutcome> FindAsync(string? visibleTo, string id, CancellationToken cancellationToken = default) =>
        await RowAsync(visibleTo, id, cancellationToken) is { } row ? new WebhookOutcome.Done(row.ToWebhook()) : WebhookRefusals.Unknown();

    public async Task<WebhookOutcome> ChangeAsync(
        OperationCaller caller, string? visibleTo, string id, WebhookChange wanted, bool isDryRun, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } row)
            return WebhookRefusals.Unknown();
        var reasons = rules.Judge(wanted);
        if (reasons.Count > 0)
            return WebhookRefusals.Invalid(reasons);
        if (wanted.IsEverybodys == true && row.UserId != caller.UserId)
            return WebhookRefusals.Refuse(RefusalKind.Unprocessable, "webhook.scope", "Events of all users go to an administrator's own webhooks only. Make one of yours.");
        var next = With(row, wanted, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!isDryRun)
            await ChangeAsync(caller, next, "changed", "webhook.change", session => UpdateAsync(session, row, next), cancellationToken);
        return new WebhookOutcome.Done(next.ToWebhook());
    }

    public async Task<WebhookOutcome> RemoveAsync(OperationCaller caller, string? visibleTo, string id, bool isDryRun, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } row)
            return WebhookRefusals.Unknown();
        if (!isDryRun)
        {
            await database.WriteAsync(
                async session =>
                {
                    if (await WebhookRows.DeleteAsync(session, id) > 0)
                        await WebhookTrails.InsertAsync(session, caller, row, "webhook.delete", new WebhookDeleted(id), time.GetUtcNow().ToUnixTimeMilliseconds());
                    return true;
                },
                cancellationToken);
        }

        return new WebhookOutcome.Done(row.ToWebhook());
    }

    public async Task<WebhookOutcome> RotateAsync(OperationCaller caller, string? visibleTo, string id, bool isDryRun, CancellationToken cancellationToken = default)
    {
        if (await RowAsync(visibleTo, id, cancellationToken) is not { } row)
            return WebhookRefusals.Unknown();
        var now = time.GetUtcNow();
        var secret = WebhookSignature.NewSecret();
        var next = row with
        {
            Secret = isDryRun ? row.Secret : await secrets.SealAsync(id, secret, cancellationToken),
            PreviousSecret = row.Secret,
            PreviousUntil = (now + options.RotationOverlap).ToUnixTimeMilliseconds(),
            UpdatedAt = now.ToUnixTimeMilliseconds(),
        };
        if (isDryRun)
            return new WebhookOutcome.Done(next.ToWebhook());
        await ChangeAsync(caller, next, "rotated", "webhook.rotate", session => WebhookRows.RotateAsync(session, next), cancellationToken);
        return new WebhookOutcome.Done(next.ToWebhook(), secret);
    }

    private async Task<WebhookRow?> RowAsync(string? visibleTo, string id, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => WebhookRows.FindAsync(session, id), cancellationToken) is { } row && (visibleTo is null || row.UserId == visibleTo) ? row : null;

    private async Task<bool> HasRoomAsync(DbSession session, string userId) => await WebhookRows.CountAsync(session, userId) < options.MostPerUser;

    private async Task<bool> TryInsertAsync(DbSession session, OperationCaller caller, WebhookRow row)
    {
        if (!await HasRoomAsync(session, row.UserId))
            return false;
        await WebhookTrails.InsertAsync(session, caller, row, "webhook.create", new WebhookCreated(row.Id), row.CreatedAt);
        // After its own event: a webhook is not told of itself.
        await WebhookRows.InsertAsync(session, row with { BeginsAfter = await OutboxRows.NewestAsync(session) });
        return true;
    }

    private static async Task UpdateAsync(DbSession session, WebhookRow before, WebhookRow next)
    {
        // With another filter it begins anew: it never gets what happened before its owner asked for it.
        var isOther = next.Enabled > before.Enabled || next.Types != before.Types || next.PluginSlug != before.PluginSlug || next.Everybodys != before.Everybodys;
        await WebhookRows.UpdateAsync(session, isOther ? next with { BeginsAfter = await OutboxRows.NewestAsync(session) } : next);
    }

    private async Task ChangeAsync(
        OperationCaller caller, WebhookRow row, string what, string action, Func<DbSession, Task> work, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async session =>
            {
                await WebhookTrails.InsertAsync(session, caller, row, action, new WebhookChanged(row.Id, what), row.UpdatedAt);
                await work(session);
                return true;
            },
            cancellationToken);
        wake.Pulse();
    }

    private static WebhookRow With(WebhookRow row, WebhookChange wanted, long at) => row with
    {
        Url = wanted.Url ?? row.Url,
        Name = wanted.Name ?? row.Name,
        Types = wanted.Types is { } types ? JsonSerializer.Serialize([.. types], LifecycleJson.Default.StringArray) : row.Types,
        PluginSlug = wanted.ChangesSlug ? wanted.Slug : row.PluginSlug,
        Everybodys = wanted.IsEverybodys is { } everybodys ? everybodys ? 1 : 0 : row.Everybodys,
        Enabled = wanted.IsEnabled is { } enabled ? enabled ? 1 : 0 : row.Enabled,
        DisabledReason = wanted.IsEnabled is null ? row.DisabledReason : null,
        Failures = 0,
        FailingSince = null,
        PausedUntil = null,
        UpdatedAt = at,
    };
}
