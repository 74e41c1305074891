namespace Berth.Lifecycle.Operations.Log;

/// <summary>An operation as the journal holds it. Instants are Unix milliseconds; JSON as stored.</summary>
public sealed class OperationEntry
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary><c>install</c>, <c>update</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>Whose installation it is.</summary>
    public required string UserId { get; init; }

    /// <summary>The plugin.</summary>
    public required string PluginSlug { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>undone</c>.</summary>
    public required string State { get; init; }

    /// <summary>The step that was reached last.</summary>
    public required string Step { get; init; }

    /// <summary>All steps: <c>[{"name","at"}]</c>.</summary>
    public required string Steps { get; init; }

    /// <summary>What it did, once it succeeded.</summary>
    public string? Result { get; init; }

    /// <summary>Code and message, once it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The node that runs it.</summary>
    public required string Node { get; init; }

    /// <summary>The operation that began this one.</summary>
    public string? ParentId { get; init; }

    /// <summary>How far it is, for operations on many: <c>{"total","done","succeeded","failed","failures"}</c>.</summary>
    public string? Progress { get; init; }

    /// <summary>When it began.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it changed last.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is not "running";

    /// <summary>The error as code and message; the journal keeps both in one text.</summary>
    public (string Code, string Message)? Failure => Error is null ? null
        : Error.Split(": ", 2) is [var code, var message] ? (code, message) : ("operation.failed", Error);
}
