namespace Berth.Lifecycle.Webhooks;

/// <summary>How webhooks are sent.</summary>
public sealed record WebhookOptions
{
    /// <summary>Whether addresses of private networks and plain http are allowed. Default no.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>How long a receiver may take for the whole answer. Default 15 seconds.</summary>
    public TimeSpan AnswerTimeLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many webhooks are sent to at the same time; to each of them one delivery after another. Default 32.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>How many of the slots those may hold whose last attempt failed: the others never wait for them. Default 16.</summary>
    public int SlotsForFailing { get; init; } = 16;

    /// <summary>How long a node that is silent keeps the right to send. Default 10 seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how much time without a success a webhook is switched off. Default 5 days.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>After how many attempts without a success a webhook is switched off. Default 1,000.</summary>
    public int DisableAfterFailures { get; init; } = 1000;

    /// <summary>How long the secret before a rotation still signs. Default a day.</summary>
    public TimeSpan RotationOverlap { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many webhooks a user may have. Default 20.</summary>
    public int MostPerUser { get; init; } = 20;

    /// <summary>How many events one replay takes. Default 10,000.</summary>
    public int MostReplayed { get; init; } = 10_000;
}
