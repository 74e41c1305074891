namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>The base score of a CVSS 3.0 or 3.1 vector (FIRST, CVSS v3.1 specification, section 7.1).</summary>
internal static class CvssScore
{
    /// <summary>0 to 10, or <see langword="null"/> when the vector is none.</summary>
    public static double? Base(string? vector)
    {
        if (vector is not { Length: < 200 } || !vector.StartsWith("CVSS:3.", StringComparison.Ordinal))
            return null;
        var metrics = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in vector.Split('/').Skip(1))
        {
            if (part.Split(':') is [var name, var value])
                metrics[name] = value;
        }

        var isChanged = metrics.GetValueOrDefault("S") == "C";
        double?[] impacts = [Impact("C"), Impact("I"), Impact("A")];
        double?[] exploits = [Weight("AV", "N", 0.85, "A", 0.62, "L", 0.55, "P", 0.2), Weight("AC", "L", 0.77, "H", 0.44), Privileges(), Weight("UI", "N", 0.85, "R", 0.62)];
        if (impacts.Concat(exploits).Any(value => value is null) || metrics.GetValueOrDefault("S") is not ("U" or "C"))
            return null;
        var sub = 1 - ((1 - impacts[0]!.Value) * (1 - impacts[1]!.Value) * (1 - impacts[2]!.Value));
        var impact = isChanged ? (7.52 * (sub - 0.029)) - (3.25 * Math.Pow(sub - 0.02, 15)) : 6.42 * sub;
        if (impact <= 0)
            return 0;
        var exploitability = exploits.Aggregate(8.22, (product, value) => product * value!.Value);
        return RoundUp(Math.Min(isChanged ? 1.08 * (impact + exploitability) : impact + exploitability, 10));

        double? Impact(string name) => Weight(name, "H", 0.56, "L", 0.22, "N", 0.0);

        double? Privileges() => isChanged ? Weight("PR", "N", 0.85, "L", 0.68, "H", 0.5) : Weight("PR", "N", 0.85, "L", 0.62, "H", 0.27);

        double? Weight(string name, params object[] table)
        {
            for (var i = 0; i < table.Length; i += 2)
            {
                if (metrics.GetValueOrDefault(name) == (string)table[i])
                    return (double)table[i + 1];
            }

            return null;
        }
    }

    // Appendix A: without the surprises of binary fractions.
    private static double RoundUp(double value)
    {
        var whole = (long)Math.Round(value * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000.0 : (Math.Floor(whole / 10_000.0) + 1) / 10.0;
    }
}
