namespace Berth.Packaging.Settings;

/// <summary>The codes of faults in settings. Their meaning is in docs/errors/settings.md.</summary>
public static class SettingsFaultCodes
{
    /// <summary>A value of another type than the schema says.</summary>
    public const string Type = "settings.type";

    /// <summary>A required setting that is not there and has no default.</summary>
    public const string Missing = "settings.missing";

    /// <summary>A setting that the schema does not know.</summary>
    public const string Unknown = "settings.unknown";

    /// <summary>A setting that occurs twice.</summary>
    public const string Duplicate = "settings.duplicate";

    /// <summary>A value that is not among those listed.</summary>
    public const string Choice = "settings.choice";

    /// <summary>A number out of its range.</summary>
    public const string Range = "settings.range";

    /// <summary>A text that is too short or too long, or a list with too many items.</summary>
    public const string Length = "settings.length";

    /// <summary>A text that does not match its pattern.</summary>
    public const string Pattern = "settings.pattern";

    /// <summary>A text that does not have its format.</summary>
    public const string Format = "settings.format";

    /// <summary>A text or a name that is not Unicode.</summary>
    public const string Unicode = "settings.unicode";

    /// <summary>Settings that are larger or deeper than allowed.</summary>
    public const string Size = "settings.size";

    /// <summary>More faults than are listed.</summary>
    public const string TooMany = "settings.too_many";
}
