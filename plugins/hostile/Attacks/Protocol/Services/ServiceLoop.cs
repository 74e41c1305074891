namespace Hostile.Attacks.Protocol;

/// <summary>Its row; what it does is in Loop/, because it has another assembly.</summary>
public sealed class ServiceLoop : Attack
{
    public override string Title => "calls a service of another plugin, which calls one of it, for ever and twice each";

    public override IReadOnlyList<string> Endings => ["TimedOut"];

    public override string? Accomplice => "ServiceLoopEcho";
}
