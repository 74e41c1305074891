namespace Berth.Packaging.Enforcement;

/// <summary>A capability as the catalogue has it.</summary>
/// <param name="Capability">Name, risk and description.</param>
/// <param name="Gives">What a plugin has with it in force, in one sentence.</param>
/// <param name="Levels">What enforces it at each isolation level, the weakest first.</param>
public sealed record CapabilityEntry(Capability Capability, string Gives, IReadOnlyList<CapabilityEnforcement> Levels)
{
    /// <summary>What enforces it at one level.</summary>
    public CapabilityEnforcement At(string level) => Levels.First(one => string.Equals(one.Level, level, StringComparison.Ordinal));
}

/// <summary>What enforces a capability at one isolation level.</summary>
/// <param name="Level"><c>none</c>, <c>process</c>, <c>sandbox</c>, <c>container</c> or <c>vm</c>.</param>
/// <param name="By">By what, the strongest first.</param>
/// <param name="Note">What has to be known besides.</param>
public sealed record CapabilityEnforcement(string Level, IReadOnlyList<EnforcementKind> By, string? Note = null)
{
    /// <summary>The words on the wire: <c>kernel</c>, <c>broker</c>, <c>scan</c>, <c>nothing</c>, <c>not_offered</c>.</summary>
    public IReadOnlyList<string> Words => [.. By.Select(WordOf)];

    private static string WordOf(EnforcementKind kind) => kind switch
    {
        EnforcementKind.Kernel => "kernel",
        EnforcementKind.Broker => "broker",
        EnforcementKind.Scan => "scan",
        EnforcementKind.Nothing => "nothing",
        _ => "not_offered",
    };
}
