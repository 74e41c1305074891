namespace Berth.Packaging.Scanning;

/// <summary>A scanner that looks at one file at a time and remembers nothing of it.</summary>
internal interface IFileScanner
{
    /// <summary>One of <see cref="Scanners"/>.</summary>
    string Name { get; }

    /// <summary>Version of the rules: what was found under another one is old.</summary>
    int RuleSet { get; }

    /// <summary>Whether the file is of its kind.</summary>
    bool Wants(ScannedFile file);

    /// <summary>Looks. Whatever the bytes are, the outcome is findings; an exception is this scanner's error.</summary>
    void Look(ScannedFile file, ScanTask task);
}
