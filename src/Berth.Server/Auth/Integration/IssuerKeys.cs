using Berth.Packaging.Signing;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Auth.Integration;

/// <summary>The public keys of the issuers that the operator trusts, from files or over https; kept for a while.</summary>
internal sealed class IssuerKeys(BerthSettings settings, IHttpClientFactory clients, TimeProvider time) : IDisposable
{
    /// <summary>Keys are read again after this time.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // A token with a key that nobody knows is anybody's to make: it must not turn this registry against the issuer.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>Whether the operator trusts the issuer.</summary>
    public bool Knows(string issuer) => settings.OidcIssuers.Any(known => known.Issuer == issuer);

    /// <summary>The issuer's keys.</summary>
    /// <param name="issuer">One that <see cref="Knows"/>.</param>
    /// <param name="isNewKeyNeeded">Whether the ones known before do not have the key that is looked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<JsonWebKeySet> OfAsync(string issuer, bool isNewKeyNeeded, CancellationToken cancellationToken)
    {
        var known = settings.OidcIssuers.First(known => known.Issuer == issuer);
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_kept.TryGetValue(issuer, out var kept) && now - kept.At < (isNewKeyNeeded ? Pause : Life))
                return kept.Keys;
            var keys = JsonWebKeySet.Read(await ReadAsync(known, cancellationToken)).Key ?? throw Unavailable(issuer);
            _kept[issuer] = new Kept(keys, now);
            return keys;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException or InvalidDataException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unavailable(issuer);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(OidcIssuer issuer, CancellationToken cancellationToken)
    {
        if (!issuer.IsRemote)
        {
            await using var file = File.OpenRead(issuer.Keys);
            return await ReadAsync(file, cancellationToken);
        }

        using var client = clients.CreateClient(nameof(IssuerKeys));
        using var response = await client.GetAsync(new Uri(issuer.Keys), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadAsync(body, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await source.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > JsonWebKeySet.MaxBytes)
                throw new InvalidDataException("The key set is too large.");
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static ApiProblemException Unavailable(string issuer) => new(new ApiProblem(
        StatusCodes.Status503ServiceUnavailable, "oidc.keys_unavailable", $"The keys of {issuer} cannot be read just now. Try again; if it stays so, tell the registry's operator.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    });

    private sealed record Kept(JsonWebKeySet Keys, DateTimeOffset At);
}
