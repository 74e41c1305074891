using Berth.Packaging.Archive;

namespace Berth.Server.Problems;

/// <summary>One error answer (RFC 9457). <see cref="Code"/> is stable and listed in docs/errors.md.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Detail">What happened, to which plugin, version and user, why, and what to do next. Never a stack trace, SQL or a server path.</param>
public sealed record ApiProblem(int Status, string Code, string Detail)
{
    /// <summary>All reasons, when there are several.</summary>
    public IReadOnlyList<ApiError> Errors { get; init; } = [];

    /// <summary>When it makes sense to ask again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The step of a life-cycle operation that failed.</summary>
    public string? Step { get; init; }

    /// <summary>What to try, for front ends that show a list.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>More members, by name.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
}

/// <summary>One reason of an error answer.</summary>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Message">For people.</param>
/// <param name="Entry">The archive entry it is about.</param>
/// <param name="Pointer">The JSON pointer it is about.</param>
public sealed record ApiError(string Code, string Message, string? Entry = null, string? Pointer = null)
{
    /// <summary>The reason as an error.</summary>
    public static ApiError From(PackageFault fault) => new(fault.Code, fault.Message, fault.Entry, fault.Pointer);
}

/// <summary>Ends the request with a problem.</summary>
public sealed class ApiProblemException(ApiProblem problem) : Exception(problem.Detail)
{
    /// <summary>Ends the request with a problem.</summary>
    public ApiProblemException(int status, string code, string detail)
        : this(new ApiProblem(status, code, detail))
    {
    }

    /// <summary>The answer.</summary>
    public ApiProblem Problem => problem;
}
