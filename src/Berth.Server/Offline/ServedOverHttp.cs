using System.Security.Cryptography;
using Berth.Lifecycle.Migration.Verify;
using Berth.Server.Files;

namespace Berth.Server.Offline;

/// <summary>Asks a running host for files as a page's script tag does: with the capability segment of the user's installation.</summary>
internal sealed class ServedOverHttp(BerthServer server) : IServedFiles, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = new Uri(server.Addresses.Host!) };
    private readonly FileCapability _capabilities = server.Services.GetRequiredService<FileCapability>();

    /// <inheritdoc />
    public async Task<(string? Sha256, int Status)> ReadAsync(ServedInstallation installation, string path, CancellationToken cancellationToken)
    {
        var capability = _capabilities.Create(installation.UserId, installation.Slug, new FileClaim(installation.Version), installation.Digest);
        var address = $"/api/v1/public/plugins/{installation.PluginId}/~{capability}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
        using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
            return (null, (int)response.StatusCode);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), 200);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
