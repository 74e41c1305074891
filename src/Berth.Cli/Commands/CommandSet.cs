using System.CommandLine;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>The table of contents of <c>berth</c>.</summary>
internal static class CommandSet
{
    /// <summary>The root command with everything below it.</summary>
    public static RootCommand Create(Terminal terminal)
    {
        var options = new GlobalOptions();
        var runner = new CommandRunner(terminal, options);
        var root = new RootCommand("Berth: plugins for applications with many users.")
        {
            ServeCommand.Create(runner),
            DemoCommand.Create(runner),
            DevCommand.Create(runner),
            MigrateCommand.Create(runner),

            PackCommand.Create(runner),
            ValidateCommand.Create(runner),
            PublishCommand.Create(runner),
            SignCommand.Create(runner),
            VerifyCommand.Create(runner),
            KeysCommand.Create(runner),
            OptimizeCommand.Create(runner),
            ReviewCommand.Create(runner),
            ScanCommand.Create(runner),
            AdvisoriesCommand.Create(runner),

            SearchCommand.Create(runner),
            InfoCommand.Create(runner),
            TrustCommand.Create(runner),

            YankCommand.Create(runner),
            YankCommand.CreateUnyank(runner),
            DeprecateCommand.Create(runner),
            UnpublishCommand.Create(runner),
            ChannelsCommand.Create(runner),
            CompatCommand.Create(runner),
            PublishersCommand.Create(runner),
            MirrorCommand.Create(runner),
            BundleCommand.Create(runner),

            InstallCommand.Create(runner),
            PlanCommand.Create(runner),
            UpdateCommand.Create(runner),
            RollbackCommand.Create(runner),
            RepairCommand.Create(runner),
            UninstallCommand.Create(runner),
            ListCommand.Create(runner),
            StatusCommand.Create(runner),
            EnableCommand.Create(runner, enabled: true),
            EnableCommand.Create(runner, enabled: false),
            PinCommand.Create(runner),
            PinCommand.CreateUnpin(runner),
            ChannelCommand.Create(runner),
            AutoUpdateCommand.Create(runner),
            VariantCommand.Create(runner),
            GrantCommand.Create(runner),
            GrantCommand.CreateRevoke(runner),
            PinsCommand.Create(runner),
            ConfigCommand.Create(runner),
            ModulesCommand.Create(runner),
            ShareCommand.Create(runner),
            SharesCommand.Create(runner),
            BulkCommand.Create(runner),

            OperationsCommand.Create(runner),
            EventsCommand.Create(runner),
            WebhooksCommand.Create(runner),
            LogsCommand.Create(runner),
            AuditCommand.Create(runner),
            StatsCommand.Create(runner),
            TopCommand.Create(runner),

            InstancesCommand.Create(runner),
            VersionsCommand.Create(runner),
            DoctorCommand.Create(runner),
            IsolationCommand.Create(runner),

            UsersCommand.Create(runner),
            TokensCommand.Create(runner),
            LimitsCommand.Create(runner),
            LoginCommand.Create(runner),
            LogoutCommand.Create(runner),

            CompletionCommand.Create(runner),
            VersionCommand.Create(runner),
        };
        foreach (var option in options.All)
        {
            root.Options.Add(option);
        }

        return root;
    }
}
