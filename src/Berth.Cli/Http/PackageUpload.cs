using System.Net;
using System.Net.Http.Headers;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Http;

/// <summary>How a publication ended.</summary>
/// <param name="State">For programs: <c>published</c>, <c>unchanged</c>, <c>accepted</c>.</param>
internal sealed record UploadOutcome(string State)
{
    /// <summary>For people.</summary>
    public string Sentence(string slug, string version) => State switch
    {
        "unchanged" => $"{slug} {version} was published already, with the same bytes.",
        "accepted" => $"{slug} {version} was accepted; the registry is still checking it.",
        _ => $"Published {slug} {version}.",
    };
}

/// <summary>
/// Puts one package. The address names slug and version and the header names the bytes (RFC 9530), so sending it again is the same
/// request: when an answer is lost on the way, it is sent again, and "the same bytes are there" counts as done.
/// </summary>
internal sealed class PackageUpload(ApiConnection registry, FileInfo file, Package package)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    /// <summary>Sends it, again if need be.</summary>
    public async Task<UploadOutcome> SendAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await registry.SendAsync(Request, HttpCompletionOption.ResponseContentRead, cancellationToken);
                return new UploadOutcome(response.StatusCode switch
                {
                    HttpStatusCode.OK => attempt == 0 ? "unchanged" : "published",
                    HttpStatusCode.Accepted => "accepted",
                    _ => "published",
                });
            }
            catch (CommandFailedException failure) when (attempt < Pauses.Length && IsLost(failure))
            {
                await Task.Delay(Pauses[attempt], cancellationToken);
            }
        }
    }

    // Lost on the way, or a server in between that has no answer from the registry. Whoever was told to wait was told so already.
    private static bool IsLost(CommandFailedException failure) =>
        failure.Exit == ExitCode.Unreachable && failure.Code is not "http.429" && !failure.Code.StartsWith("rate", StringComparison.Ordinal);

    private HttpRequestMessage Request()
    {
        var request = registry.Request(HttpMethod.Put, RegistryApi.PathOf(package.Manifest.Name, package.Manifest.Version.ToString()));
        request.Content = new StreamContent(file.OpenRead());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentLength = package.Size;
        request.Content.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(package.Digest))}:");
        request.Headers.Add("Prefer", "wait=60");
        return request;
    }
}
