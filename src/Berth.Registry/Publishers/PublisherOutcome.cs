namespace Berth.Registry.Publishers;

/// <summary>How a change of a publisher, its members or what it owns ended.</summary>
public abstract record PublisherOutcome
{
    private PublisherOutcome()
    {
    }

    /// <summary>It is so now, or would be in a dry run.</summary>
    /// <param name="Id">Of what was made, if something was; in a dry run nothing was.</param>
    public sealed record Done(string? Id = null) : PublisherOutcome;

    /// <summary>There is no such thing, or the caller may not see it.</summary>
    /// <param name="Code">For example <c>publisher.unknown</c>.</param>
    /// <param name="Message">For people.</param>
    public sealed record Unknown(string Code, string Message) : PublisherOutcome;

    /// <summary>The caller's role is too small.</summary>
    /// <param name="Name">The publisher or slug.</param>
    /// <param name="Needed">The role that is needed, or <c>administrator</c>.</param>
    public sealed record NotPermitted(string Name, string Needed) : PublisherOutcome;

    /// <summary>What was asked for is not well-formed (422), or not possible as things are (409).</summary>
    public sealed record Refused(string Code, string Message, bool IsConflict) : PublisherOutcome;

    internal static PublisherOutcome NoPublisher(string name) => new Unknown("publisher.unknown", $"There is no publisher '{name}'.");

    internal static PublisherOutcome Conflict(string code, string message) => new Refused(code, message, IsConflict: true);

    internal static PublisherOutcome Invalid(string code, string message) => new Refused(code, message, IsConflict: false);
}
