using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Webhooks;

/// <summary>The parts of webhooks over a real database, without the service that drives them: a test says when what happens.</summary>
internal sealed class WebhookBed : IWebhookChannel, IAsyncDisposable
{
    private WebhookBed(TestWorld world, OperationCaller ada)
    {
        (World, Ada) = (world, ada);
        Secrets = new WebhookSecrets(world.Get<SettingsCipher>());
        var options = new WebhookOptions();
        Book = new WebhookBook(world.Database, new WebhookRules(this), Secrets, options, new WebhookWake(), Time);
        Courier = new WebhookCourier(world.Database, this, Secrets, options, world.Witness, Time);
        Deliveries = new WebhookDeliveries(world.Database, world.Get<IEvents>(), Courier, options, new WebhookWake(), Time);
        (First, Second) = (new Node(this, options), new Node(this, options));
    }

    public TestWorld World { get; }

    public OperationCaller Ada { get; }

    public MovedTime Time { get; } = new();

    public WebhookSecrets Secrets { get; }

    public WebhookBook Book { get; }

    public WebhookCourier Courier { get; }

    public WebhookDeliveries Deliveries { get; }

    /// <summary>Two processes over one database.</summary>
    public Node First { get; }

    public Node Second { get; }

    public ConcurrentQueue<WebhookMessage> Sent { get; } = new();

    public Func<WebhookMessage, WebhookAnswer> Answer { get; set; } = _ => Of(200);

    public static WebhookAnswer Of(int status, TimeSpan? retryAfter = null) => new(status, null, "said", retryAfter, TimeSpan.FromMilliseconds(3));

    public static async Task<WebhookBed> CreateAsync(DatabaseKind kind)
    {
        var world = await TestWorld.CreateAsync(kind);
        return new WebhookBed(world, await world.AddUserAsync());
    }

    public async Task<Webhook> AddAsync(OperationCaller? owner = null, params string[] types) => (await Book.CreateAsync(
        owner ?? Ada, new WebhookChange { Url = "https://example.org/hook", Types = types }, isDryRun: false)).ShouldBeOfType<WebhookOutcome.Done>().Webhook;

    /// <summary>Writes an event of a user's.</summary>
    public Task HappenAsync(string subject, OperationCaller? user = null) => World.Database.WriteAsync(session => session.ExecuteAsync(
        "INSERT INTO outbox (at, type, subject, user_id, data) VALUES (@at, 'berth.installation.installed', @subject, @user, '{\"slug\":\"Echo\"}')",
        new { at = Time.GetUtcNow().ToUnixTimeMilliseconds(), subject, user = (user ?? Ada).UserId }));

    public string? Refuse(Uri address) => null;

    public string Body(PublishedEvent published, string? id = null) => published.Subject;

    public Task<WebhookAnswer> SendAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        Sent.Enqueue(message);
        return Task.FromResult(Answer(message));
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>What one process does.</summary>
    internal sealed class Node
    {
        private readonly WebhookFanOut _fanOut;
        private readonly WebhookPost _post;

        public Node(WebhookBed bed, WebhookOptions options)
        {
            Lease = new SendingLease(bed.World.Database, options, bed.Time);
            _fanOut = new WebhookFanOut(bed.World.Database, Lease, bed.Time);
            _post = new WebhookPost(bed.World.Database, bed.Courier, Lease, options, new WebhookWake(), bed.Time, NullLogger<WebhookPost>.Instance);
        }

        public SendingLease Lease { get; }

        /// <summary>Makes deliveries of what has happened. Answers whether this process has the right to.</summary>
        public async Task<bool> TakeAsync()
        {
            if (await Lease.HoldAsync(default) is { } position)
                await _fanOut.BeginAtAsync(position, default);
            if (!Lease.IsHeld)
                return false;
            while (await _fanOut.StepAsync(default))
            {
                // Until there are no more.
            }

            return true;
        }

        /// <summary>Sends all that is due now.</summary>
        public async Task SendAsync()
        {
            await _post.StartDueAsync(default);
            await _post.WhenIdleAsync();
        }
    }
}
