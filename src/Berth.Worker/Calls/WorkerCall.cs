using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The call that runs: whose it is, and by which id the host knows it. One in each scope of the plugin's services.</summary>
internal sealed class WorkerCall
{
    private static readonly AsyncLocal<WorkerCall?> Ambient = new();

    /// <summary>The call whose code runs now; <see langword="null"/> outside of calls.</summary>
    public static WorkerCall? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The id; empty before the call is entered and outside of calls.</summary>
    public string Id { get; private set; } = "";

    public CallUser? User { get; private set; }

    /// <summary>Cancelled when the call is over.</summary>
    public CancellationToken Ending { get; private set; }

    /// <summary>The settings, if they were fetched with the call.</summary>
    public string? SettingsJson { get; set; }

    public CallUser Required => User
        ?? throw new InvalidOperationException("There is no user here: the user's services exist only in the scope of a call.");

    public void Enter(string id, WorkerUser user, CancellationToken ending)
    {
        (Id, User, Ending) = (id, new CallUser(user), ending);
        Current = this;
    }
}

/// <summary>The user of a call.</summary>
internal sealed class CallUser(WorkerUser user) : IPluginUser
{
    public string Id => user.Id;

    public string Name => user.Name;

    public IReadOnlyCollection<string> Roles => user.Roles;

    /// <summary>The capabilities that the user granted.</summary>
    public IReadOnlyCollection<string> Granted => user.Granted;

    public WorkerUser Message => user;
}
