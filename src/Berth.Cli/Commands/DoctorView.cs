using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Shows the lines of an examination: findings on stdout as they come, progress on stderr, what is offered to plugins at the end.</summary>
internal sealed class DoctorView(Report report)
{
    private const int ShownOfACode = 20;
    private readonly Dictionary<string, int> _shown = new(StringComparer.Ordinal);
    private readonly List<OfferEntry> _offers = [];
    private DoctorLine? _result;
    private DoctorLine? _error;
    private string? _check;

    /// <summary>Whether the examination came to its end.</summary>
    public bool HasEnded => _result is not null;

    /// <summary>Shows one line.</summary>
    public void Show(DoctorLine line)
    {
        switch (line.Type)
        {
            case "progress" when line.Check != _check:
                _check = line.Check;
                report.Say($"Checking {line.Check} …");
                break;
            case "finding":
                var shown = _shown[line.Code ?? ""] = _shown.GetValueOrDefault(line.Code ?? "") + 1;
                report.Data(
                    new FindingOutput("finding", line.Code, line.Severity, line.Subject, line.Explanation, line.Remedy, line.IsFixed, line.Deed),
                    shown > ShownOfACode ? [] : TextOf(line));
                break;
            case "offer" when line.Offer is { } offer:
                _offers.Add(offer);
                break;
            case "result":
                _result = line;
                break;
            case "error":
                _error = line;
                break;
        }
    }

    private static IEnumerable<string> TextOf(DoctorLine line) =>
    [
        $"{line.Severity}: {line.Subject}: {line.Explanation} ({line.Code})",
        line.Deed is { } deed ? $"  {(line.IsFixed ? "repaired" : "not repaired")}: {deed}" : $"  remedy: {line.Remedy}",
    ];

    /// <summary>Says how it ended.</summary>
    /// <exception cref="CommandFailedException">It broke off.</exception>
    public ExitCode End()
    {
        if (_result is not { } result)
            throw Failure(ExitCode.Failed);
        OffersView.Show(report, _offers);
        var remaining = result.Remaining ?? 0;
        var rebuilt = result.Rebuilt is > 0 ? $" {result.Rebuilt} rows made again." : "";
        report.Result(
            new ResultOutput("result", result.Findings ?? 0, result.Repaired ?? 0, remaining, result.Notes ?? 0, result.Rebuilt ?? 0),
            (result.Findings ?? 0) == 0
                ? $"Everything fits together.{rebuilt}{(result.Notes is > 0 ? $" {result.Notes} leftovers go by themselves." : "")}"
                : $"{result.Findings} findings, {result.Repaired} repaired, {remaining} left.{rebuilt}");
        foreach (var (code, count) in _shown.Where(pair => pair.Value > ShownOfACode))
            report.Say($"{count - ShownOfACode} more of {code} are not shown; --json lists all.");
        if (remaining > 0 && (result.Repaired ?? 0) == 0)
            report.Say("Next: berth doctor --fix repairs what can be repaired.");
        return remaining == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>What to fail with when there is no result.</summary>
    public CommandFailedException Failure(ExitCode exit) => _error is { } error
        ? new CommandFailedException(exit, error.Code ?? "client.doctor.failed", error.Detail ?? "The examination failed.")
        : new CommandFailedException(exit == ExitCode.Done ? ExitCode.Failed : exit, "client.doctor.failed", "The examination broke off before its end.", "The server's log, or its lines above, say why.");

    private sealed record FindingOutput(
        string Type, string? Code, string? Severity, string? Subject, string? Explanation, string? Remedy, bool Fixed, string? Done) : JsonOutput;

    private sealed record ResultOutput(string Type, int Findings, int Fixed, int Remaining, int Notes, long Rebuilt) : JsonOutput;
}
