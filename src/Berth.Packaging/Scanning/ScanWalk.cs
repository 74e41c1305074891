using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning.Archives;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Packaging.Scanning.Il;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Scanning.Scripts;
using Berth.Packaging.Scanning.Secrets;

namespace Berth.Packaging.Scanning;

/// <summary>The way of the files past the scanners. One scanner's error is its own; the others go on.</summary>
internal sealed class ScanWalk
{
    private readonly ScanRules _rules;
    private readonly IReadOnlyCollection<string> _declared;
    private readonly CancellationToken _cancellationToken;
    private readonly string _cacheKey;
    private readonly List<Seat> _seats;
    private readonly ArchiveScanner _archives;

    public ScanWalk(ScanRules rules, IReadOnlyCollection<string> declared, CancellationToken cancellationToken, bool onlyIndicators = false)
    {
        (_rules, _declared, _cancellationToken) = (rules, declared, cancellationToken);
        _cacheKey = string.Join(',', declared.Order(StringComparer.Ordinal)) + "|" + rules.Limits;
        _seats = onlyIndicators ? [] : [new Seat(new IlScanner(), NewList()), new Seat(new ScriptScanner(), NewList()), new Seat(new SecretScanner(), NewList())];
        if (rules.Indicators.Count > 0)
            _seats.Add(new Seat(new IndicatorScanner(rules.Indicators), NewList(), IsCached: false));
        _archives = new ArchiveScanner(rules.Limits, cancellationToken);
    }

    /// <summary>What the package brings along.</summary>
    public DependencyCollector Dependencies { get; } = new();

    /// <summary>One a scanner.</summary>
    public IReadOnlyList<ScannerVerdict> Verdicts =>
    [
        .. _seats.Select(seat => new ScannerVerdict(seat.Scanner.Name, seat.Scanner.RuleSet, seat.Outcome ?? Outcome(seat.Findings))),
        new ScannerVerdict(Scanners.Archives, ArchiveScanner.RuleSet, _archives.Outcome ?? Outcome(_archives.Findings)),
    ];

    /// <summary>A file of the package.</summary>
    public void Look(PackageFile file, ReadOnlyMemory<byte> bytes, bool isWhole) => Look(new ScannedFile(file.Path, file.Sha256, bytes, isWhole, 0));

    /// <summary>What has not ended ends like this.</summary>
    public void End(ScanOutcome outcome)
    {
        foreach (var seat in _seats)
            seat.Outcome ??= outcome;
        _archives.Outcome ??= outcome;
        Dependencies.Outcome ??= outcome;
    }

    private void Look(ScannedFile file)
    {
        foreach (var seat in _seats.Where(seat => seat.Outcome is null))
            Seated(seat, file);
        try
        {
            Dependencies.Look(file);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Dependencies.Outcome = new ScanOutcome.Error($"{file.Path}: {exception.GetType().Name}.");
        }

        try
        {
            _archives.Open(file, LookInside);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _archives.Outcome = new ScanOutcome.Error($"{file.Path}: {exception.GetType().Name}.");
        }
    }

    private void LookInside(string path, ReadOnlyMemory<byte> bytes, bool isWhole, int depth) =>
        Look(new ScannedFile(path, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), bytes, isWhole, depth));

    private void Seated(Seat seat, ScannedFile file)
    {
        try
        {
            if (!seat.Scanner.Wants(file))
                return;
            if (!seat.IsCached || _rules.Cache is not { } cache || file.Sha256 is null)
            {
                seat.Scanner.Look(file, new ScanTask(_rules.Limits, _declared, seat.Findings, _cancellationToken));
                return;
            }

            var key = $"{seat.Scanner.Name}|{seat.Scanner.RuleSet}|{file.Sha256}|{file.IsWhole}|{_cacheKey}|{file.Path}";
            var known = cache.Find(key);
            if (known is null)
            {
                var fresh = NewList();
                seat.Scanner.Look(file, new ScanTask(_rules.Limits, _declared, fresh, _cancellationToken));
                cache.Put(key, known = fresh.ToList());
            }

            seat.Findings.AddRange(known);
        }
        // Foreign bytes must not be able to keep the other scanners from looking.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            seat.Outcome = new ScanOutcome.Error($"{file.Path}: {exception.GetType().Name}.");
        }
    }

    private FindingList NewList() => new(_rules.Limits.MaxFindingsPerCode);

    private static ScanOutcome Outcome(FindingList findings) => findings.IsEmpty ? new ScanOutcome.Clean() : new ScanOutcome.Findings(findings.ToList());

    private sealed record Seat(IFileScanner Scanner, FindingList Findings, bool IsCached = true)
    {
        public ScanOutcome? Outcome { get; set; }
    }
}
