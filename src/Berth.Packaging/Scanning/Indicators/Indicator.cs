namespace Berth.Packaging.Scanning.Indicators;

/// <summary>What an <see cref="Indicator"/> is compared with.</summary>
public enum IndicatorKind
{
    /// <summary>A text anywhere in a file, upper and lower case told apart.</summary>
    Text,

    /// <summary>The SHA-256 of a file, 64 hexadecimal digits.</summary>
    Sha256,

    /// <summary>A type or member that an assembly refers to: <c>Namespace.Type</c> or <c>Namespace.Type.Member</c>.</summary>
    Member,

    /// <summary>A domain or the beginning of an address, upper and lower case alike.</summary>
    Domain,
}

/// <summary>A sign of something bad that a registry looks for: a rule of its own.</summary>
/// <param name="Kind">What it is compared with.</param>
/// <param name="Value">What is looked for, 4 to 400 characters.</param>
/// <param name="Name">What a finding calls it.</param>
/// <param name="Severity">How bad a finding is.</param>
public sealed record Indicator(IndicatorKind Kind, string Value, string Name, Severity Severity = Severity.High)
{
    /// <summary>Whether it can be looked for.</summary>
    public bool IsValid => Value is { Length: >= 4 and <= 400 } && (Kind != IndicatorKind.Sha256 || (Value.Length == 64 && Value.All(char.IsAsciiHexDigit)));
}
