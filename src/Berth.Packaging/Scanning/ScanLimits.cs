namespace Berth.Packaging.Scanning;

/// <summary>Bounds of one scan. Whatever does not fit in them is a finding or a timeout, never clean.</summary>
public sealed record ScanLimits
{
    /// <summary>The defaults.</summary>
    public static ScanLimits Default { get; } = new();

    /// <summary>How long one scan may take. Default 60 s.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of one file that are looked at. Default 64 MB.</summary>
    public int MaxFileBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one script that is parsed. Default 16 MB.</summary>
    public int MaxScriptBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Nodes and tokens of one script. Default 8 million.</summary>
    public int MaxScriptSteps { get; init; } = 8_000_000;

    /// <summary>Instructions and rows of one assembly. Default 50 million.</summary>
    public int MaxAssemblySteps { get; init; } = 50_000_000;

    /// <summary>Archives within archives, code within code. Default 4.</summary>
    public int MaxDepth { get; init; } = 4;

    /// <summary>Bytes that come out of nested archives, all together. Default 256 MB.</summary>
    public long MaxNestedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Files that come out of nested archives, all together. Default 10,000.</summary>
    public int MaxNestedFiles { get; init; } = 10_000;

    /// <summary>Findings of one code that are listed; of the others the number is said. Default 25.</summary>
    public int MaxFindingsPerCode { get; init; } = 25;
}
