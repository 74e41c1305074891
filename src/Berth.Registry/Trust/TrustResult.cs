using System.Diagnostics.CodeAnalysis;

namespace Berth.Registry.Trust;

/// <summary>What came of asking for something about trust: the thing, or why not.</summary>
/// <typeparam name="T">The thing.</typeparam>
public sealed record TrustResult<T>
    where T : class
{
    /// <summary>What was made or changed.</summary>
    public T? Value { get; init; }

    /// <summary>Why nothing was.</summary>
    public TrustRefusal? Refusal { get; init; }

    /// <summary>Whether it was done.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Value is not null;
}

/// <summary>Why something about trust was not done; nothing was changed.</summary>
/// <param name="Kind">Whose fault.</param>
/// <param name="Code">Dotted.</param>
/// <param name="Message">For people, with the next step.</param>
public sealed record TrustRefusal(TrustRefusalKind Kind, string Code, string Message)
{
    internal static TrustRefusal UnknownPlugin(string slug) => new(TrustRefusalKind.NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");

    internal static TrustRefusal NoReviewer { get; } = new(
        TrustRefusalKind.Forbidden, "auth.reviewer", "Only a reviewer or an administrator may do this: an account with the role 'reviewer' or 'admin'.");
}

/// <summary>Whose fault a refusal is.</summary>
public enum TrustRefusalKind
{
    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The caller may not.</summary>
    Forbidden,

    /// <summary>It does not fit what is in force.</summary>
    Conflict,

    /// <summary>The request is wrong.</summary>
    Invalid,
}
