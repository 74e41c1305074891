using System.Runtime.CompilerServices;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>One line of a verification of the audit: progress, fault or verdict.</summary>
internal sealed record AuditLine(
    string Type, string? Code, long? From, long? To, string? Message, bool? Intact, long? Seals, long? Rows, long? Unsealed, long? CutUpTo, string? Head);

/// <summary>The verification of the audit, as it comes.</summary>
internal static class AuditLines
{
    /// <summary>Holds the audit against its seals, and against a head that was noted earlier.</summary>
    public static async IAsyncEnumerable<AuditLine> VerifyAuditAsync(
        this ApiConnection server, string? expect, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await server.SendAsync(
            () => server.Request(HttpMethod.Get, "/api/v1/audit/verify" + (expect is null ? "" : $"?expect={Uri.EscapeDataString(expect)}")),
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Read(line);
            }
        }
    }

    private static AuditLine Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditLine>(line, WireJson.Options) ?? throw new JsonException("the line is null");
        }
        catch (JsonException problem)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.answer.unreadable", $"The server sent a line that is no part of a verification: {problem.Message}",
                "Is this address a Berth server of this version? See `berth version`.", inner: problem);
        }
    }
}
