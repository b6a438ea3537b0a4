namespace BffBroker.Api;

/// <summary>Stands for the section <c>ReverseProxy</c> among those that are validated at the start; YARP binds it itself.</summary>
internal sealed class ApiOptions;
