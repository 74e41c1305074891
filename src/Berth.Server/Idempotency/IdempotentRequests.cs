using Berth.Data;
using Berth.Packaging.Archive;
using Berth.Server.Configuration;
using Berth.Server.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Berth.Server.Idempotency;

/// <summary>Endpoint metadata: the answer carries a secret, is a stream, or is a plugin's own, and is never kept.</summary>
public sealed class AnswerNeverKept;

/// <summary>
/// Runs a request that carries a key at most once: a repetition gets the first answer again. The body is read to its end
/// before the request runs, and the answer is held back until it is kept, so that no client sees an answer that could
/// get lost.
/// </summary>
internal sealed partial class IdempotentRequests(
    IdempotencyStore store, PackageLimits limits, BerthSettings settings, ILogger<IdempotentRequests> logger)
{
    private const int InMemory = 64 * 1024;
    private const int MaxAnswer = 1024 * 1024;
    private const int FormOverhead = 2 * 1024 * 1024;
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>Where bodies wait that are too large for memory. Files vanish with the request.</summary>
    public static string WaitingFolder(BerthSettings settings) => Path.Combine(settings.DataDirectory, "tmp");

    /// <summary>Runs the request, or answers in its place.</summary>
    /// <param name="run">Answers in every case; nothing it throws has an answer.</param>
    public async Task RunAsync(HttpContext context, string id, RequestDelegate run)
    {
        await using var body = await ReadBodyAsync(context);
        var claim = await store.ClaimAsync(id, await RequestFingerprint.OfAsync(context.Request, body, context.RequestAborted), context.RequestAborted);
        switch (claim)
        {
            case IdempotencyClaim.Ours ours:
                context.Request.Body = body;
                await RunOnceAsync(context, ours, run);
                break;
            case IdempotencyClaim.Answered answered:
                context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
                await WriteAsync(context.Response, answered.Answer, context.RequestAborted);
                break;
            case IdempotencyClaim.InProgress:
                throw new ApiProblemException(new ApiProblem(StatusCodes.Status409Conflict, "idempotency.in_progress",
                    "The first request with this Idempotency-Key still runs. Ask again soon for its answer.")
                { RetryAfter = SoonAgain });
            default:
                throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "idempotency.key_reused",
                    "This Idempotency-Key was used for another request on this address. Draw a new key for each new request.");
        }
    }

    private async Task RunOnceAsync(HttpContext context, IdempotencyClaim.Ours claim, RequestDelegate run)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        KeptAnswer? answer = null;
        try
        {
            context.Features.Set(claim);
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held));
            await run(context);
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
            answer = new KeptAnswer(
                context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.Location.ToString() is { Length: > 0 } location ? location : null, held.ToArray());
        }
        finally
        {
            context.Features.Set(original);
            await EndAsync(claim, answer is not null && IsFinal(context.Response.StatusCode) && held.Length <= MaxAnswer ? answer : null);
        }

        await WriteAsync(context.Response, answer, context.RequestAborted);
    }

    /// <summary>
    /// What a repetition would be told again. Passing troubles, and conflicts with a state that may have changed since,
    /// are no answers for good: there the repetition runs.
    /// </summary>
    private static bool IsFinal(int status) =>
        status is >= 200 and < 500
            and not (StatusCodes.Status401Unauthorized or StatusCodes.Status408RequestTimeout or StatusCodes.Status409Conflict
                or StatusCodes.Status429TooManyRequests);

    /// <summary>An answer that cannot be kept is given all the same; what the request did is found by its key in the journal.</summary>
    private async Task EndAsync(IdempotencyClaim.Ours claim, KeptAnswer? answer)
    {
        try
        {
            await store.EndAsync(claim, answer);
        }
        catch (Data.Sessions.DatabaseUnavailableException exception)
        {
            LogNotKept(exception);
        }
    }

    private async Task<FileBufferingReadStream> ReadBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
            bound.MaxRequestBodySize = limits.MaxPackageBytes + FormOverhead;
        var body = new FileBufferingReadStream(context.Request.Body, InMemory, limits.MaxPackageBytes + FormOverhead, () =>
        {
            var folder = WaitingFolder(settings);
            PrivateFiles.KeepFolder(folder);
            return folder;
        });
        try
        {
            await body.DrainAsync(context.RequestAborted);
            body.Position = 0;
            return body;
        }
        catch
        {
            await body.DisposeAsync();
            throw;
        }
    }

    private static async Task WriteAsync(HttpResponse response, KeptAnswer answer, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.CacheControl = "no-store";
        if (answer.Location is { } location)
            response.Headers.Location = location;
        if (answer.Body is not { Length: > 0 } bytes)
            return;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The answer to a request with an Idempotency-Key could not be kept")]
    private partial void LogNotKept(Exception exception);
}
