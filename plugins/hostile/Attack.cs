namespace Hostile;

/// <summary>One attack: overrides the phase that it is about. <see cref="RunAsync"/> is the plugin's endpoint.</summary>
public abstract class Attack
{
    /// <summary>The text of its row, as what the plugin does.</summary>
    public abstract string Title { get; }

    /// <summary>Whether it needs a worker to attack: its sockets, its broker.</summary>
    public virtual bool NeedsWorker => false;

    /// <summary>Whether it attacks another process from its own: in the host's process there is nothing that it needs that for.</summary>
    public virtual bool NeedsOwnProcess => NeedsWorker;

    /// <summary>Whether it changes the process that it runs in for good, so that nothing can be tried in that one after it.</summary>
    public virtual bool Spoils => false;

    /// <summary>Whether it ends before it is ready, so that nobody can ask it anything.</summary>
    public virtual bool EndsAtStart => false;

    /// <summary>Whether the lifecycle call is the attack, and the endpoint is not called.</summary>
    public virtual bool IsLifecycleCall => false;

    /// <summary>Whether it hands its documents on, as to a next version.</summary>
    public virtual bool IsCarriedOver => false;

    /// <summary>The endpoint that is called.</summary>
    public virtual string Endpoint => "attack";

    /// <summary>How many processes more it may have while it runs: as many as it was granted. Afterwards none is left.</summary>
    public virtual int Processes => 20;

    /// <summary>How long its client waits for the end of an answer that has begun.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(40);

    /// <summary>Another plugin that it brings along.</summary>
    public virtual string? Accomplice => null;

    /// <summary>How often the endpoint is called.</summary>
    public virtual int Calls => 1;

    /// <summary>
    /// What the host says of a call, or of the load, when the attack did what it is for and could not answer itself. Anything else
    /// that comes without an answer is no finding: the attack is broken then.
    /// </summary>
    public virtual IReadOnlyList<string> Endings => [];

    /// <summary>Whether it attacks what a neighbour is doing just now.</summary>
    public virtual bool NeedsBusyNeighbour => false;

    /// <summary>Whether its user declined what it declares.</summary>
    public virtual bool IsDeclined => false;

    /// <summary>Whether another user, who granted everything, calls <c>other</c> of it before: as the attack runs, or <see cref="IsOtherOver"/>.</summary>
    public virtual bool NeedsOtherUser => false;

    /// <summary>Whether the other user's call is over when the attack begins.</summary>
    public virtual bool IsOtherOver => false;

    /// <summary>Whether what it attacks is in the attack's own process, where nobody stands between: other users of the same plugin.</summary>
    public virtual bool IsWithinItself => false;

    public virtual void Construct()
    {
    }

    public virtual void Configure(IServiceCollection services, IPluginContext plugin)
    {
    }

    public virtual void Map(IEndpointRouteBuilder endpoints)
    {
    }

    public virtual Task StartAsync(IPluginContext plugin) => Task.CompletedTask;

    public virtual Task StopAsync() => Task.CompletedTask;

    public virtual Task<CheckResult> CheckAsync() => Task.FromResult(CheckResult.Healthy);

    /// <summary>What it hands on; <see langword="null"/>: its user's documents.</summary>
    public virtual UserDataExport? Export() => null;

    /// <summary>
    /// <c>reached: …</c>: it has what it must not have. <c>stopped: …</c> with what stopped it. <c>did: …</c>: it did something to
    /// itself, and whether others noticed is for others to say. <see langword="null"/> when it has answered itself.
    /// </summary>
    public virtual Task<string?> RunAsync(HttpContext context, Target target) => Task.FromResult(Run(target));

    /// <summary>The same, for what needs neither the request nor to wait.</summary>
    protected virtual string? Run(Target target) => throw new NotSupportedException("It attacks nothing.");
}
