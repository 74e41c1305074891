using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Commands;

/// <summary>What <c>pack</c> and <c>validate</c> print.</summary>
/// <param name="Valid">Whether the strict reader accepts it.</param>
/// <param name="File">The file, when there is one.</param>
internal sealed record PackageVerdict(
    bool Valid,
    string? File,
    string? Slug,
    string? Version,
    string? Digest,
    long? Size,
    long? UnpackedSize,
    int? Files,
    IReadOnlyList<FailureReason> Faults,
    bool? DryRun = null) : JsonOutput
{
    /// <summary>What the scanners found; <see langword="null"/> where nothing was scanned.</summary>
    public IReadOnlyList<FindingLine>? Findings { get; init; }

    /// <summary>What the registry would make of it; <see langword="null"/> where it was not asked.</summary>
    public Http.RegistryVerdict? Registry { get; init; }

    /// <summary>From the reader's outcome.</summary>
    public static PackageVerdict Of(PackageReadOutcome outcome, string? file) => new(
        outcome.IsAccepted,
        file,
        outcome.Package?.Manifest.Name,
        outcome.Package?.Manifest.Version.ToString(),
        outcome.Package?.Digest,
        outcome.Package?.Size,
        outcome.Package?.UnpackedSize,
        outcome.Package?.Files.Count,
        Reasons(outcome));

    /// <summary>The refusal as a failure.</summary>
    public static CommandFailedException Refusal(PackageReadOutcome outcome, string what) => new(
        ExitCode.Refused, "package.refused", $"{what} is refused for {outcome.Faults.Count} reason{(outcome.Faults.Count == 1 ? "" : "s")}.",
        "Correct what is named above, then try again.", Reasons(outcome));

    private static List<FailureReason> Reasons(PackageReadOutcome outcome) =>
        [.. outcome.Faults.Select(fault => new FailureReason(fault.Code, fault.Message, FailureReason.Place(fault.Entry, fault.Pointer)))];
}
