using System.Text;

namespace Berth.Host.Tests.Beds;

/// <summary>An application's keys and audit for one user, as simple as they can be.</summary>
internal sealed class TestKeys(string user) : IPluginCrypto, IPluginAudit
{
    public Task<string> SealAsync(string text, CancellationToken cancellationToken = default) => Task.FromResult($"{user}:{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}");

    public Task<string?> OpenAsync(string sealedText, CancellationToken cancellationToken = default) =>
        Task.FromResult(sealedText.StartsWith(user + ":", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromHexString(sealedText[(user.Length + 1)..])) : null);

    public Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => Task.FromResult($"{user}:{Convert.ToHexString(data.Span)}");

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> data, string signature, CancellationToken cancellationToken = default) => signature == await SignAsync(data, cancellationToken);

    public Task<IReadOnlyList<PluginAuditEntry>> ListAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<PluginAuditEntry>>([new PluginAuditEntry(7, DateTimeOffset.UnixEpoch, "plugin.install", "Hungry", "succeeded", IsByUser: true)]);
}
