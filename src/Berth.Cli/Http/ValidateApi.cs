using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>What a registry says of a package, without keeping it.</summary>
/// <param name="State">What it would become: <c>visible</c>, <c>held</c>, <c>rejected</c> for bytes that were; or <c>refused</c>.</param>
/// <param name="Stages">What the stages said; nothing where none was asked, or one refused.</param>
/// <param name="Code">Why it would be refused.</param>
/// <param name="Message">The same for people.</param>
/// <param name="Faults">All reasons of that.</param>
internal sealed record RegistryVerdict(string State, IReadOnlyList<UploadStage>? Stages, string? Code = null, string? Message = null, IReadOnlyList<FailureReason>? Faults = null)
{
    /// <summary>For people.</summary>
    public string Sentence => State switch
    {
        "visible" => "The registry would publish it.",
        "held" => "The registry would hold it for a review.",
        "refused" => "The registry would refuse it.",
        _ => $"The registry has the same bytes already, and they are {State}.",
    };
}

/// <summary>The resource <c>/api/v1/validate</c> of a registry.</summary>
internal static class ValidateApi
{
    /// <summary>Asks what would become of a package, with the signature that would come along.</summary>
    /// <exception cref="CommandFailedException">The registry could not be asked. A refusal is an answer.</exception>
    public static async Task<(RegistryVerdict Verdict, CommandFailedException? Refusal)> ValidateAsync(
        this ApiConnection registry, FileInfo package, string? signature, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await registry.SendAsync(() => Request(registry, package, signature), HttpCompletionOption.ResponseContentRead, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<ValidateAnswer>(WireJson.Options, cancellationToken) ?? throw new JsonException("the body is null");
            return (new RegistryVerdict(answer.State ?? throw new JsonException("it tells no state"), answer.Stages ?? []), null);
        }
        catch (CommandFailedException refusal) when (IsVerdict(refusal))
        {
            return (new RegistryVerdict("refused", null, refusal.Code, refusal.Message, refusal.Reasons), refusal);
        }
        catch (JsonException problem)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.answer.unreadable", $"{registry.Address} answered something else than expected: {problem.Message}",
                "Is this address a Berth server of this version? See `berth version`.", inner: problem);
        }
    }

    // About the package, or about who may publish it; whoever is not let in at all gets no verdict.
    private static bool IsVerdict(CommandFailedException failure) =>
        failure.Exit is ExitCode.Refused or ExitCode.Conflict
        || failure.Code.StartsWith("slug.", StringComparison.Ordinal) || failure.Code.StartsWith("publish.", StringComparison.Ordinal);

    private static HttpRequestMessage Request(ApiConnection registry, FileInfo package, string? signature)
    {
        var request = registry.Request(HttpMethod.Post, "/api/v1/validate");
        var bytes = new StreamContent(package.OpenRead());
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content = signature is null ? bytes : new MultipartFormDataContent
        {
            { new StringContent(signature, Encoding.UTF8, "application/jose+json"), "signature", "package.sig" },
            { bytes, "plugin", "package.berth" },
        };
        return request;
    }

    private sealed record ValidateAnswer(string? State, IReadOnlyList<UploadStage>? Stages);
}
