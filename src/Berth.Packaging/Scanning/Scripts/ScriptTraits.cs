using System.Buffers;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>What a file does that is harmless alone and is not together.</summary>
internal sealed class ScriptTraits
{
    private static readonly SearchValues<char> HostEnds = SearchValues.Create("/?#\\ '\"<>");

    /// <summary>Where it listens to every key.</summary>
    public FilePosition? Keyboard { get; set; }

    /// <summary>Where it reads cookies.</summary>
    public FilePosition? Cookies { get; set; }

    /// <summary>Where it looks for fields of passwords or cards.</summary>
    public FilePosition? SecretFields { get; set; }

    /// <summary>Where it writes to the clipboard.</summary>
    public FilePosition? Clipboard { get; set; }

    /// <summary>Whether it names a wallet's address.</summary>
    public bool HasWalletAddress { get; set; }

    /// <summary>Whether it makes script elements.</summary>
    public bool MakesScripts { get; set; }

    /// <summary>Whether it sends something to an address elsewhere.</summary>
    public bool SendsElsewhere { get; set; }

    /// <summary>Whether it sends something to an address that cannot be told.</summary>
    public bool SendsSomewhere { get; set; }

    /// <summary>Addresses that elements load from.</summary>
    public List<(string Address, FilePosition At)> Sources { get; } = [];

    /// <summary>Says what comes of it, when the whole file has been read.</summary>
    public void Judge(ScanTask task)
    {
        foreach (var (address, at) in Sources)
        {
            if (MakesScripts)
                task.Add(ScriptCodes.RemoteCode.At(at, $"The script makes script elements and loads from {Shown(address)}: code that nobody reviewed."));
            else
                task.Add(ScriptCodes.RemoteRequest.At(at, $"The script loads from {Shown(address)}.", Severity.Low));
        }

        var elsewhere = SendsElsewhere || Sources.Count > 0;
        Stealer(task, Keyboard, elsewhere, "listens to every key of the page");
        Stealer(task, Cookies, elsewhere, "reads cookies");
        Stealer(task, SecretFields, elsewhere, "looks for fields with passwords or card numbers");
        if (Clipboard is { } clipboard && HasWalletAddress)
            task.Add(ScriptCodes.Stealer.At(clipboard, "The script writes to the clipboard and holds a wallet's address: so payments are redirected."));
    }

    private void Stealer(ScanTask task, FilePosition? at, bool elsewhere, string what)
    {
        if (at is { } place && (elsewhere || SendsSomewhere))
            task.Add(ScriptCodes.Stealer.At(place, $"The script {what} and sends to {(elsewhere ? "an address elsewhere" : "an address that it puts together")}.", elsewhere ? Severity.Critical : Severity.Medium));
    }

    /// <summary>An address for a sentence: its host alone.</summary>
    public static string Shown(string address)
    {
        var rest = address.AsSpan(address.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny(HostEnds);
        return Printable(end < 0 ? rest : rest[..end]);
    }

    /// <summary>A text of a stranger's for a sentence.</summary>
    public static string Printable(ReadOnlySpan<char> text)
    {
        Span<char> shown = stackalloc char[80];
        var length = 0;
        foreach (var character in text)
        {
            if (length == shown.Length)
                break;
            if (character is > ' ' and < (char)0x7F and not ('<' or '>' or '`'))
                shown[length++] = character;
        }

        return new string(shown[..length]);
    }
}
