namespace Berth.Registry.Publishers;

/// <summary>What a publisher is.</summary>
public static class PublisherKinds
{
    /// <summary>One person's own.</summary>
    public const string Personal = "personal";

    /// <summary>One with members.</summary>
    public const string Organisation = "organisation";
}
