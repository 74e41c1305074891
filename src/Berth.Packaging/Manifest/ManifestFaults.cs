namespace Berth.Packaging.Manifest;

/// <summary>Collects faults; a hostile manifest cannot make the list endless.</summary>
internal sealed class ManifestFaults
{
    private const int Max = 500;

    private readonly List<ManifestFault> _faults = [];
    private readonly HashSet<string> _codes = new(StringComparer.Ordinal);

    public IReadOnlyList<ManifestFault> All => _faults;

    /// <summary>Whether a fault of this code was found, listed or not.</summary>
    public bool Has(string code) => _codes.Contains(code);

    public void Add(string code, string pointer, string message)
    {
        _codes.Add(code);
        if (_faults.Count < Max)
        {
            _faults.Add(new(code, pointer, message));
        }
        else if (_faults.Count == Max)
        {
            _faults.Add(new(ManifestFaultCodes.TooMany, "", $"There are more than {Max} faults. Correct these first."));
        }
    }

    /// <summary>Text of the manifest as a message may quote it.</summary>
    public static string Quote(string text) => "'" + Archive.EntryNames.Shown(text.Length > 80 ? text[..80] + "…" : text) + "'";
}
