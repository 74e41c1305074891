using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Registry.Catalog;
using Berth.Registry.Mirroring.Upstream;

namespace Berth.Server.Problems;

/// <summary>Which problem an exception or a refusal is.</summary>
internal static partial class ProblemOf
{
    // Error numbers of Linux, which .NET hands on in HResult.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int OverQuota = 122;
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(2);

    /// <summary>The problem, or <see langword="null"/> when the caller is gone and nobody reads an answer.</summary>
    public static ApiProblem? Exception(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ApiProblemException known:
                return known.Problem;
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return null;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new ApiProblem(StatusCodes.Status413PayloadTooLarge, "request.too_large", "The request's body is larger than this route takes.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return new ApiProblem(StatusCodes.Status408RequestTimeout, "request.timeout", "The request's body came too slowly, or not at all. Send it again over a better connection.");
            case BadHttpRequestException bad:
                return new ApiProblem(bad.StatusCode, "request.invalid", "The request is malformed: a parameter has the wrong form.");
            case JsonException:
                return new ApiProblem(StatusCodes.Status400BadRequest, "request.invalid_json", "The request's body is not the JSON this route takes.");
            case InvalidCursorException:
                return new ApiProblem(StatusCodes.Status400BadRequest, "request.cursor", exception.Message);
            case PackageSourceUnavailableException:
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "registry.unavailable", "The registry does not answer. Try again soon; what is installed keeps working.") { RetryAfter = SoonAgain };
            case UpstreamAwayException away:
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "upstream.away", $"{away.Message} What is published or kept here still works; try again soon.") { RetryAfter = SoonAgain };
            case DatabaseUnavailableException trouble:
                return Storage(trouble.Trouble);
            case IOException { HResult: NoSpace or OverQuota }:
                return Storage(DatabaseTrouble.Full);
            case UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem }:
                return Storage(DatabaseTrouble.ReadOnly);
        }

        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Berth.Server");
        Unexpected(logger, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "?", exception);
        return new ApiProblem(StatusCodes.Status500InternalServerError, "server.error",
            "Something went wrong on the server. Nothing of this request was kept. Tell an administrator the traceId.");
    }

    /// <summary>The problem of an operation that did not happen.</summary>
    public static ApiProblem Refusal(OperationOutcome.Refused refused) => new(
        refused.Kind switch
        {
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status422UnprocessableEntity,
        }, refused.Code, refused.Message)
    {
        Errors = [.. refused.Reasons.Select(reason => new ApiError(reason.Code, reason.Message, Pointer: reason.Pointer))],
        Suggestions = [.. refused.Reasons.Select(reason => reason.Message)],
        RetryAfter = refused.RetryAfter ?? (refused.Kind == RefusalKind.Unavailable ? SoonAgain : null),
        Step = "plan",
    };

    /// <summary>The problem of an operation that was undone.</summary>
    public static ApiProblem Failure(OperationOutcome.Failed failed) => new(
        failed switch
        {
            { Code: "store.full" or "database.full" } => StatusCodes.Status507InsufficientStorage,
            // The plugin's own code failed, not the server.
            { RetryAfter: null } when failed.Code.StartsWith("plugin.", StringComparison.Ordinal) => StatusCodes.Status502BadGateway,
            // What is in the store, or what the registry sends, is not what was signed: as when a file is not the package's.
            { RetryAfter: null } when failed.Code.StartsWith("signature.", StringComparison.Ordinal) => StatusCodes.Status503ServiceUnavailable,
            { RetryAfter: null } => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status503ServiceUnavailable,
        }, failed.Code, failed.Message)
    {
        Step = failed.Step,
        RetryAfter = failed.RetryAfter,
        Errors = [new ApiError(failed.Code, failed.Message)],
    };

    private static ApiProblem Storage(DatabaseTrouble trouble) => trouble switch
    {
        DatabaseTrouble.Locked => new(StatusCodes.Status503ServiceUnavailable, "database.locked", "The database is locked by another process. Nothing was changed; try again soon.") { RetryAfter = SoonAgain },
        DatabaseTrouble.Full => new(StatusCodes.Status507InsufficientStorage, "storage.full", "The server's disk is full. Nothing was changed; an administrator must free space."),
        DatabaseTrouble.ReadOnly => new(StatusCodes.Status503ServiceUnavailable, "storage.read_only", "The server's storage is read-only. Nothing was changed; an administrator must make it writable.") { RetryAfter = TimeSpan.FromMinutes(1) },
        _ => new(StatusCodes.Status503ServiceUnavailable, "database.unavailable", "The database does not answer. Nothing was changed; try again soon.") { RetryAfter = SoonAgain },
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private static partial void Unexpected(ILogger logger, string method, string endpoint, Exception exception);
}
