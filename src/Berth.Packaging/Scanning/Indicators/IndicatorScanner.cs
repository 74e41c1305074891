using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Berth.Packaging.Scanning.Il;

namespace Berth.Packaging.Scanning.Indicators;

/// <summary>Looks for indicators in every file.</summary>
internal sealed class IndicatorScanner(IReadOnlyList<Indicator> indicators) : IFileScanner
{
    private readonly ILookup<IndicatorKind, Indicator> _byKind = indicators.ToLookup(indicator => indicator.Kind);

    public string Name => Scanners.Indicators;

    public int RuleSet => 1;

    public bool Wants(ScannedFile file) => true;

    public void Look(ScannedFile file, ScanTask task)
    {
        foreach (var indicator in _byKind[IndicatorKind.Sha256].Where(indicator => string.Equals(indicator.Value, file.Sha256, StringComparison.OrdinalIgnoreCase)))
            task.Add(Match(indicator, new(file.Path)));
        if (file.Text is { } text)
        {
            foreach (var indicator in _byKind[IndicatorKind.Text])
                LookFor(indicator, text, StringComparison.Ordinal, file.Path, task);
            foreach (var indicator in _byKind[IndicatorKind.Domain])
                LookFor(indicator, text, StringComparison.OrdinalIgnoreCase, file.Path, task);
            return;
        }

        foreach (var indicator in _byKind[IndicatorKind.Text].Concat(_byKind[IndicatorKind.Domain]))
        {
            task.Step();
            // In binaries texts are UTF-8, or UTF-16 as in assemblies.
            if (file.Span.IndexOf(Encoding.UTF8.GetBytes(indicator.Value)) >= 0 || file.Span.IndexOf(Encoding.Unicode.GetBytes(indicator.Value)) >= 0)
                task.Add(Match(indicator, new(file.Path)));
        }

        if (_byKind.Contains(IndicatorKind.Member) && Executables.IsPe(file.Span))
            Members(file, task);
    }

    private static void LookFor(Indicator indicator, string text, StringComparison comparison, string path, ScanTask task)
    {
        int line = 1, start = 0, counted = 0, found = 0;
        for (var at = text.IndexOf(indicator.Value, comparison); at >= 0 && found < task.Limits.MaxFindingsPerCode; at = text.IndexOf(indicator.Value, at + 1, comparison), found++)
        {
            task.Step();
            var between = text.AsSpan(counted, at - counted);
            if (between.LastIndexOf('\n') is >= 0 and var last)
                (line, start) = (line + between.Count('\n'), counted + last + 1);
            counted = at;
            task.Add(Match(indicator, new(path, line, at - start + 1)));
        }
    }

    private void Members(ScannedFile file, ScanTask task)
    {
        try
        {
            using var pe = new PEReader(new MemoryStream(file.Bytes.ToArray()));
            var metadata = pe.GetMetadataReader();
            foreach (var handle in metadata.MemberReferences)
            {
                task.Step();
                var member = metadata.GetMemberReference(handle);
                var type = TypeNames.Of(metadata, member.Parent);
                var name = $"{type}.{metadata.GetString(member.Name)}";
                foreach (var indicator in _byKind[IndicatorKind.Member].Where(indicator => indicator.Value == name || indicator.Value == type))
                    task.Add(Match(indicator, new(file.Path)));
            }
        }
        // What metadata is broken, the scanner of assemblies says.
        catch (Exception exception) when (exception is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
        }
    }

    private static Finding Match(Indicator indicator, FilePosition at) => IndicatorCodes.Match.At(at, $"The registry's rule '{indicator.Name}' matches.", indicator.Severity);
}
