using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Http;

/// <summary>
/// Puts one package. The address names slug and version and the header names the bytes (RFC 9530), so sending it again is the same
/// request: when an answer is lost on the way, it is sent again, and "the same bytes are there" counts as done.
/// </summary>
internal sealed class PackageUpload(ApiConnection registry, FileInfo file, Package package, string? signature = null, string query = "")
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends it, again if need be, and waits for the end.</summary>
    public Task<UploadOutcome> SendAsync(CancellationToken cancellationToken) => SendAsync(waits: true, null, cancellationToken);

    /// <summary>Sends it, again if need be.</summary>
    /// <param name="waits">Whether to wait for the end of the registry's checks.</param>
    /// <param name="said">Is told what each stage says.</param>
    /// <param name="cancellationToken">Gives up waiting; the registry goes on.</param>
    public async Task<UploadOutcome> SendAsync(bool waits, Action<UploadStage>? said, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await registry.SendAsync(() => Request(waits), HttpCompletionOption.ResponseContentRead, cancellationToken);
                var answer = await ReadAsync(response, cancellationToken);
                var told = Tell(answer, 0, said);
                return answer.State == "running" && answer.OperationId is { } id
                    ? waits ? await FollowAsync(id, told, said, cancellationToken) : UploadOutcome.Of("accepted", answer)
                    : UploadOutcome.Of(Word(response.StatusCode, attempt, answer), answer);
            }
            catch (CommandFailedException failure) when (attempt < Pauses.Length && IsLost(failure))
            {
                await Task.Delay(Pauses[attempt], cancellationToken);
            }
        }
    }

    private static string Word(HttpStatusCode status, int attempt, UploadAnswer answer) => (status, answer.State) switch
    {
        (_, "held" or "rejected") => answer.State,
        (HttpStatusCode.OK, _) => attempt == 0 ? "unchanged" : "published",
        (HttpStatusCode.Accepted, _) => "accepted",
        _ => "published",
    };

    private async Task<UploadOutcome> FollowAsync(string id, int told, Action<UploadStage>? said, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Look, cancellationToken);
            var operation = await registry.GetAsync<UploadAnswer>($"/api/v1/operations/{Uri.EscapeDataString(id)}", cancellationToken);
            told = Tell(operation, told, said);
            switch (operation.State)
            {
                case "running":
                    continue;
                case "refused":
                    throw new CommandFailedException(
                        ExitCode.Refused, operation.Error?.Code ?? "package.refused", operation.Error?.Message ?? "The registry refused the package.", "Correct what is named above, then try again.",
                        [.. (operation.Error?.Errors ?? []).Select(fault => new FailureReason(fault.Code, fault.Message, FailureReason.Place(fault.Entry, fault.Pointer)))]);
                default:
                    return UploadOutcome.Of(operation.State == "visible" ? "published" : operation.State!, operation);
            }
        }
    }

    private static int Tell(UploadAnswer answer, int told, Action<UploadStage>? said)
    {
        foreach (var stage in (answer.Stages ?? []).Skip(told))
        {
            said?.Invoke(stage);
            told++;
        }

        return told;
    }

    // A registry of an older version answers with less, and one with nothing is no reason to fail: the package is there.
    private static async Task<UploadAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return text.Length == 0 ? new UploadAnswer() : JsonSerializer.Deserialize<UploadAnswer>(text, WireJson.Options) ?? new UploadAnswer();
        }
        catch (JsonException)
        {
            return new UploadAnswer();
        }
    }

    // Lost on the way, or a server in between that has no answer from the registry. Whoever was told to wait was told so already.
    private static bool IsLost(CommandFailedException failure) =>
        failure.Exit == ExitCode.Unreachable && failure.Code is not "http.429" && !failure.Code.StartsWith("rate", StringComparison.Ordinal);

    private HttpRequestMessage Request(bool waits)
    {
        var request = signature is null ? PlainRequest() : SignedRequest(signature);
        request.Headers.Add("Prefer", waits ? "wait=60" : "respond-async");
        return request;
    }

    // A form carries both. Which version it is stands in the package alone; the same bytes again are still the same publish.
    private HttpRequestMessage SignedRequest(string text)
    {
        var request = registry.Request(HttpMethod.Post, "/api/v1/plugins" + query);
        var bytes = new StreamContent(file.OpenRead());
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bytes.Headers.ContentLength = package.Size;
        request.Content = new MultipartFormDataContent
        {
            { new StringContent(text, System.Text.Encoding.UTF8, "application/jose+json"), "signature", "package.sig" },
            { bytes, "plugin", "package.berth" },
        };
        return request;
    }

    private HttpRequestMessage PlainRequest()
    {
        var request = registry.Request(HttpMethod.Put, RegistryApi.PathOf(package.Manifest.Name, package.Manifest.Version.ToString()) + query);
        request.Content = new StreamContent(file.OpenRead());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentLength = package.Size;
        request.Content.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(package.Digest))}:");
        return request;
    }
}
