namespace Berth.Server.Offline;

/// <summary>The arguments of <c>berth-server migrate</c>; what is none of its own is a setting.</summary>
internal sealed record MigrateArguments
{
    /// <summary>The old system's folder.</summary>
    public string? From { get; init; }

    /// <summary>The old system's database.</summary>
    public string? Database { get; init; }

    /// <summary>Where the backup goes.</summary>
    public string? Backup { get; init; }

    /// <summary>What is to be done.</summary>
    public MigrateAction Action { get; init; } = MigrateAction.Apply;

    /// <summary>Only go on with an interrupted run.</summary>
    public bool OnlyResume { get; init; }

    /// <summary>Skip the verification at the end.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>Settings, as <c>--NAME=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Reads them.</summary>
    /// <exception cref="OfflineUsageException">They do not go together, or a value is missing.</exception>
    public static MigrateArguments Read(IReadOnlyList<string> arguments)
    {
        var read = new MigrateArguments();
        List<string> settings = [];
        List<MigrateAction> actions = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            switch (name)
            {
                case "--from":
                    read = read with { From = value ?? Next(name) };
                    break;
                case "--database":
                    read = read with { Database = value ?? Next(name) };
                    break;
                case "--backup":
                    read = read with { Backup = value ?? Next(name) };
                    break;
                case "--dry-run":
                    actions.Add(MigrateAction.Plan);
                    break;
                case "--verify":
                    actions.Add(MigrateAction.Verify);
                    break;
                case "--rollback":
                    actions.Add(MigrateAction.RollBack);
                    break;
                case "--resume":
                    read = read with { OnlyResume = true };
                    break;
                case "--no-verify":
                    read = read with { SkipVerification = true };
                    break;
                default:
                    settings.Add(arguments[i]);
                    break;
            }

            string Next(string option) => ++i < arguments.Count ? arguments[i] : throw new OfflineUsageException($"{option} needs a value.");
        }

        if (actions.Count > 1 || (actions.Count == 1 && read.OnlyResume))
            throw new OfflineUsageException("Of --dry-run, --verify, --rollback and --resume only one makes sense at a time.");
        read = read with { Action = actions.Count == 1 ? actions[0] : MigrateAction.Apply, Settings = settings };
        if (read.Backup is not null && read.Action != MigrateAction.Apply)
            throw new OfflineUsageException("--backup belongs to a migration that changes something.");
        return read.Action == MigrateAction.RollBack || read is { From: not null, Database: not null }
            ? read
            : throw new OfflineUsageException("Say where the old system is: --from DIR (its folder of plugins) and --database FILE (its SQLite database).");
    }
}

/// <summary>What <c>berth-server migrate</c> does.</summary>
internal enum MigrateAction
{
    /// <summary>Say what would be done.</summary>
    Plan,

    /// <summary>Do it.</summary>
    Apply,

    /// <summary>Compare.</summary>
    Verify,

    /// <summary>Undo it.</summary>
    RollBack,
}

/// <summary>An offline command was written wrongly.</summary>
internal sealed class OfflineUsageException(string message) : Exception(message);
