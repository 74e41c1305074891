using System.Text.Json.Serialization;

namespace Berth.Registry.Optimization.Reports;

/// <summary>What was done to a package's files and what came of it.</summary>
/// <param name="FrontEnd">How the front end was built.</param>
/// <param name="Options">The options in force, by their name in the manifest.</param>
/// <param name="Tools">Names and versions of the tools.</param>
/// <param name="Before">The author's package.</param>
/// <param name="After">The variant.</param>
/// <param name="SavedPercent">How many of the author's bytes that users are served are saved, in percent.</param>
/// <param name="Stages">What each stage did, in order.</param>
/// <param name="Files">The files that changed, are new (no <c>before</c>) or are left out (no <c>after</c>).</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record OptimizationReport(
    FrontEndKind FrontEnd,
    IReadOnlyDictionary<string, bool> Options,
    IReadOnlyDictionary<string, string> Tools,
    OptimizationSizes Before,
    OptimizationSizes After,
    double SavedPercent,
    IReadOnlyList<OptimizationStageReport> Stages,
    IReadOnlyList<OptimizationFile> Files,
    double Milliseconds)
{
    private const double LeastPercent = 1;

    /// <summary>Whether it saves at least a hundredth: less is not worth a second copy.</summary>
    [JsonIgnore]
    public bool IsWorthwhile => SavedPercent >= LeastPercent;
}

/// <summary>How large a package is.</summary>
/// <param name="Files">How many files.</param>
/// <param name="PackageBytes">Bytes of the package; of the variant none when there is none.</param>
/// <param name="Served">The files that users are served.</param>
public sealed record OptimizationSizes(int Files, long? PackageBytes, CodedSizes Served);

/// <summary>Bytes of files, as they are and in the codings of HTTP (each the smaller of coded and plain).</summary>
/// <param name="Bytes">As they are.</param>
/// <param name="Gzip">With gzip; absent when <c>compression</c> is off.</param>
/// <param name="Brotli">With brotli; absent when <c>compression</c> is off.</param>
public sealed record CodedSizes(long Bytes, long? Gzip, long? Brotli);

/// <summary>What one stage did.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Changed">Files with other bytes.</param>
/// <param name="Added">New files.</param>
/// <param name="Removed">Files left out.</param>
/// <param name="Served">Sizes after it.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Notes">What it left as it was, and why.</param>
public sealed record OptimizationStageReport(
    string Name, int Changed, int Added, int Removed, CodedSizes Served, double Milliseconds, IReadOnlyList<OptimizationNote> Notes);

/// <summary>Something to know about one file.</summary>
/// <param name="Path">The file; empty for the whole front end.</param>
/// <param name="Code">Stable: <c>not_parsed</c>, <c>other_shape</c>, <c>kept</c>, …</param>
/// <param name="Text">In words.</param>
public sealed record OptimizationNote(string Path, string Code, string Text);

/// <summary>One file that is not as the author's package has it.</summary>
/// <param name="Path">The path in the package.</param>
/// <param name="Before">Bytes of the author's file, if there is one.</param>
/// <param name="After">Bytes in the variant, if it is there.</param>
public sealed record OptimizationFile(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? After);
