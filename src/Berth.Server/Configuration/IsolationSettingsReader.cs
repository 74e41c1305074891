using System.Globalization;
using Berth.Host.Isolation;

namespace Berth.Server.Configuration;

/// <summary>Reads how plugins are isolated; a value that is not understood stops the start and never means a weaker level or no limit.</summary>
internal static class IsolationSettingsReader
{
    private const int LeastUserId = 1000;
    private const int MostUserId = 4_000_000;
    private const int MostSeconds = 86_400;
    private const long LeastMemory = 64L << 20;
    private const long MostBytes = 1L << 50;

    private static readonly (char Unit, int Shift)[] Units = [('K', 10), ('M', 20), ('G', 30)];

    public static IsolationSettings Read(Func<string, string?> text)
    {
        var preset = new IsolationSettings();
        var (first, last) = Users(text(BerthSettingNames.WorkerUsers)) ?? (preset.FirstUserId, preset.LastUserId);
        return new IsolationSettings
        {
            Levels = Levels(preset.Levels, text(BerthSettingNames.Isolation)),
            Limits = Limits(preset.Limits, text(BerthSettingNames.WorkerLimits)),
            RequestTime = text(BerthSettingNames.RequestSeconds) is { } seconds ? TimeSpan.FromSeconds(SettingNumber.Whole(BerthSettingNames.RequestSeconds, seconds, 1, MostSeconds)) : preset.RequestTime,
            AnswerTime = text(BerthSettingNames.AnswerSeconds) is { } most && SettingNumber.Whole(BerthSettingNames.AnswerSeconds, most, 0, MostSeconds) is > 0 and var longest ? TimeSpan.FromSeconds(longest) : null,
            FirstUserId = first,
            LastUserId = last,
            ContainerEngine = text(BerthSettingNames.ContainerEngine) switch
            {
                null => null,
                "runc" => "runc",
                "podman" => "podman",
                var other => throw new BerthSettingsException($"{BerthSettingNames.ContainerEngine}: '{other}' is not one of runc, podman."),
            },
        };
    }

    /// <summary>A setting of these in force, as text; <see langword="null"/> for another.</summary>
    public static string? Report(IsolationSettings settings, string name) => name switch
    {
        BerthSettingNames.Isolation => string.Join(',', settings.Levels.Select(level => $"{level.Key}={level.Value}")),
        BerthSettingNames.WorkerLimits => string.Create(
            CultureInfo.InvariantCulture,
            $"memory={Bytes(settings.Limits.MemoryBytes)},processors={settings.Limits.ProcessorShare},processes={settings.Limits.Processes},files={settings.Limits.OpenFiles},file={Bytes(settings.Limits.FileBytes)},tmp={Bytes(settings.Limits.TemporaryBytes)},network={Bytes(settings.Limits.NetworkBytesPerSecond)}"),
        BerthSettingNames.AnswerSeconds => (settings.AnswerTime?.TotalSeconds ?? 0).ToString(CultureInfo.InvariantCulture),
        BerthSettingNames.RequestSeconds => settings.RequestTime.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        BerthSettingNames.WorkerUsers => string.Create(CultureInfo.InvariantCulture, $"{settings.FirstUserId}-{settings.LastUserId}"),
        BerthSettingNames.ContainerEngine => settings.ContainerEngine ?? "",
        _ => null,
    };

    private static Dictionary<string, string> Levels(IReadOnlyDictionary<string, string> preset, string? text)
    {
        var levels = preset.ToDictionary(level => level.Key, level => level.Value, StringComparer.Ordinal);
        foreach (var (trust, isolation) in Pairs(BerthSettingNames.Isolation, text))
        {
            if (!levels.ContainsKey(trust))
                throw new BerthSettingsException($"{BerthSettingNames.Isolation}: '{trust}' is not one of {string.Join(", ", levels.Keys)}.");
            if (!IsolationLevels.All.Contains(isolation) || isolation == IsolationLevels.Vm)
                throw new BerthSettingsException($"{BerthSettingNames.Isolation}: '{isolation}' is not one of {string.Join(", ", IsolationLevels.All.Where(level => level != IsolationLevels.Vm))}; only plugins made for it run at 'vm'.");
            levels[trust] = isolation;
        }

        return levels;
    }

    private static WorkerLimits Limits(WorkerLimits limits, string? text)
    {
        const string Name = BerthSettingNames.WorkerLimits;
        foreach (var (limit, value) in Pairs(Name, text))
        {
            limits = limit switch
            {
                "memory" => limits with { MemoryBytes = Size(value, LeastMemory) },
                "processors" => limits with { ProcessorShare = Share(value) },
                "processes" => limits with { Processes = SettingNumber.Whole($"{Name}, {limit}", value, 32, 100_000) },
                "files" => limits with { OpenFiles = SettingNumber.Whole($"{Name}, {limit}", value, 128, 1_000_000) },
                "file" => limits with { FileBytes = Size(value, 1 << 20) },
                "tmp" => limits with { TemporaryBytes = Size(value, 1 << 20) },
                "network" => limits with { NetworkBytesPerSecond = Size(value, 1024) },
                _ => throw new BerthSettingsException($"{Name}: '{limit}' is not one of memory, processors, processes, files, file, tmp, network."),
            };
        }

        // One file may fill the folder, unless somebody says less.
        return Pairs(Name, text).Any(pair => pair.Name == "file") ? limits with { FileBytes = Math.Min(limits.FileBytes, limits.TemporaryBytes) } : limits with { FileBytes = limits.TemporaryBytes };
    }

    private static (int First, int Last)? Users(string? text)
    {
        if (text is null)
            return null;
        if (text.Split('-') is [var from, var to])
        {
            var first = SettingNumber.Whole(BerthSettingNames.WorkerUsers, from, LeastUserId, MostUserId);
            if (SettingNumber.Whole(BerthSettingNames.WorkerUsers, to, LeastUserId, MostUserId) is var last && last >= first)
                return (first, last);
        }

        throw new BerthSettingsException($"{BerthSettingNames.WorkerUsers}: '{text}' is no range of user ids. Write the first and the last, for example 61184-61999.");
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string name, string? text)
    {
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            yield return part.Split('=', StringSplitOptions.TrimEntries) is [{ Length: > 0 } key, { Length: > 0 } value] ? (key, value)
                : throw new BerthSettingsException($"{name}: '{part}' is no pair. Write NAME=VALUE, separated by commas.");
        }
    }

    private static long Size(string text, long least)
    {
        var shift = Units.FirstOrDefault(unit => char.ToUpperInvariant(text[^1]) == unit.Unit).Shift;
        return long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MostBytes >> shift && number << shift >= least
            ? number << shift
            : throw new BerthSettingsException($"{BerthSettingNames.WorkerLimits}: '{text}' is no size from {Bytes(least)}. Write a whole number of bytes, or with K, M or G.");
    }

    private static double Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0.05 and <= 1024 ? share
        : throw new BerthSettingsException($"{BerthSettingNames.WorkerLimits}: '{text}' is no share of processors. Write a number from 0.05, for example 0.5.");

    private static string Bytes(long number)
    {
        var (unit, shift) = Units.Reverse().FirstOrDefault(unit => number > 0 && number % (1L << unit.Shift) == 0);
        return shift == 0 ? number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{number >> shift}{unit}");
    }
}
