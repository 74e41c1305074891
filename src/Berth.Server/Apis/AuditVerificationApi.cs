using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Audit;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Whether the audit is still what was written, on host and registry; streamed, because it reads all of it.</summary>
internal static class AuditVerificationApi
{
    private const int HashLength = 64;

    public static void MapAuditVerification(this IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/audit/verify", VerifyAsync).WithTags("Audit").WithSummary("Hold the audit against its seals; JSON lines, the last one is the verdict")
        .WithBerthPolicies().NeedAdministrator();

    private static async Task VerifyAsync(HttpContext context, IAuditSeals seals)
    {
        var expected = Expected(context.Request);
        await seals.SealAsync(context.RequestAborted);
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var finding in seals.VerifyAsync(expected, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Shown(finding), BerthJson.Options), context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static AuditHead? Expected(HttpRequest request)
    {
        if (QueryValues.Text(request, "expect", maxLength: 100) is not { } text)
            return null;
        var parts = text.Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && parts[1].Length == HashLength && parts[1].All(char.IsAsciiHexDigitLower)
            ? new AuditHead(sequence, parts[1])
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'expect' is a head as a verification printed it: its number, a colon, and 64 hexadecimal digits.");
    }

    private static object Shown(AuditFinding finding) => finding switch
    {
        AuditFinding.Progress progress => new { type = "progress", progress.Seals, progress.Rows },
        AuditFinding.Fault fault => new { type = "fault", fault.Code, fault.From, fault.To, fault.Message },
        AuditFinding.Verdict verdict => new
        {
            type = "verdict",
            intact = verdict.IsIntact,
            verdict.Seals,
            verdict.Rows,
            verdict.Unsealed,
            cut_up_to = verdict.CutUpTo,
            head = verdict.Head is { } head ? string.Create(CultureInfo.InvariantCulture, $"{head.Sequence}:{head.Hash}") : null,
        },
        _ => throw new InvalidOperationException($"Unknown finding {finding.GetType().Name}."),
    };
}
