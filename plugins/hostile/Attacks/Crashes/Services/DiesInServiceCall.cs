namespace Hostile.Attacks.Crashes;

/// <summary>Its row; what it does is in Loop/, because it has another assembly.</summary>
public sealed class DiesInServiceCall : Attack
{
    public override string Title => "ends its process in a call of a service that it offers to others";

    public override string? Accomplice => "DiesInServiceCallEcho";
}
