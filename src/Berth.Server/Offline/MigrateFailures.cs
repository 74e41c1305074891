using Berth.Data.Sessions;
using Berth.Lifecycle.Migration;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Store;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary>What a migration may fail of, in words and with the exit code of the command line's table.</summary>
internal static class MigrateFailures
{
    /// <summary>The words, or <see langword="null"/> for a fault of the program.</summary>
    public static (string Code, string Detail, int Exit)? Of(Exception exception) => exception switch
    {
        OfflineUsageException => ("migration.usage", exception.Message, 2),
        BerthSettingsException => ("migration.usage", exception.Message, 2),
        DataFolderInUseException => ("migration.in_use", exception.Message, 6),
        OldSystemException old => (old.Code, old.Message, 3),
        OldSystemChangedException => ("migration.source_changed", exception.Message, 6),
        StoreException store => (store.Code, store.Message, 1),
        DatabaseUnavailableException => ("migration.database", exception.Message, 1),
        IOException or UnauthorizedAccessException or InvalidDataException => ("migration.failed", $"{exception.Message} What was done so far is in the journal: the same command goes on.", 1),
        _ => null,
    };
}
