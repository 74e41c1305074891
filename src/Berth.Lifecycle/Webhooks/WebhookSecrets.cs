using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Secrets at rest: sealed like those of settings, each for its webhook alone.</summary>
internal sealed class WebhookSecrets(SettingsCipher cipher)
{
    private const string Pointer = "/secret";

    public ValueTask<string> SealAsync(string webhookId, string secret, CancellationToken cancellationToken) =>
        cipher.SealAsync(Belonging(webhookId), Pointer, secret, cancellationToken);

    /// <summary>The secrets that sign now, the newest first; empty when none can be opened.</summary>
    public IReadOnlyList<string> Open(WebhookRow row, long now)
    {
        string?[] secrets =
        [
            cipher.TryOpen(Belonging(row.Id), Pointer, row.Secret),
            row.PreviousSecret is { } previous && row.PreviousUntil > now ? cipher.TryOpen(Belonging(row.Id), Pointer, previous) : null,
        ];
        return [.. secrets.OfType<string>()];
    }

    // No installation's id has this form.
    private static string Belonging(string webhookId) => $"webhook:{webhookId}";
}
