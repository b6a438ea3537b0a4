using System.Diagnostics;
using System.Text;
using BffBroker.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace BffBroker.Api;

/// <summary><c>/api/…</c>: YARP's routes from the section <c>ReverseProxy</c>. Without it there are none.</summary>
internal static class ApiEndpoints
{
    public static void AddApis(this IServiceCollection services, IConfiguration section)
    {
        services.AddReverseProxy()
            .LoadFromConfig(section)
            .AddConfigFilter<ApiConfigFilter>()
            .AddTransforms(Guard)
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ActivityHeadersPropagator = null; // a span of its own would have the URL

                // As the server has decoded them, so byte for byte: other applications of the site have cookies, too.
                handler.RequestHeaderEncodingSelector ??= (_, _) => Encoding.Latin1;
            });
        services
            .AddSingleton<IConfigChangeListener, ApiConfigChanges>()
            .AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>()
            .AddSingleton<OwnCookies>()
            .AddSingleton<ClientHeaders>()
            .AddSingleton<UpstreamAnswers>()
            .AddSingleton<UpstreamFailures>()
            .AddSingleton<ApiGate>()
            .AddSingleton<SessionWatch>()
            .AddHostedService(provider => provider.GetRequiredService<SessionWatch>())
            .AddOptions<ApiOptions>().ValidateOnStart();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<ApiGate>();
        routes.MapReverseProxy(proxy =>
        {
            proxy.Use((http, next) => gate.InvokeAsync(http, next));
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        }).Add(Describe);
    }

    private static void Describe(EndpointBuilder endpoint)
    {
        var route = ApiRoute.Of(endpoint.Metadata.OfType<RouteModel>().Single().Config);
        endpoint.Metadata.Add(route);
        endpoint.Metadata.Add(route.IsForUser ? ApiCors.OfBroker : ApiCors.OfUpstream);
    }

    // After the transforms of the configuration, so that these have the last word.
    private static void Guard(TransformBuilderContext context)
    {
        var answers = context.Services.GetRequiredService<UpstreamAnswers>();
        context.AddRequestTransform(KeepPath);
        context.AddRequestTransform(AddTrace);
        context.AddResponseTransform(answers.GuardCookiesAsync);
        context.AddResponseTransform(UpstreamAnswers.GuardGatewayAsync);
        context.AddResponseTransform(UpstreamAnswers.EndWithoutBodyAsync);
        if (ApiRoute.Of(context.Route).IsForUser)
        {
            context.AddRequestTransform(AddToken);
            context.AddResponseTransform(answers.ForUserAsync);
        }
    }

    private static ValueTask KeepPath(RequestTransformContext context)
    {
        context.ProxyRequest.RequestUri = UpstreamPath.Under(context.DestinationPrefix, context.Path, context.Query.QueryString);
        return ValueTask.CompletedTask;
    }

    private static ValueTask AddToken(RequestTransformContext context)
    {
        var session = context.HttpContext.Features.GetRequiredFeature<ApiCall>().Session!;
        context.ProxyRequest.Headers.Remove("Authorization");
        context.ProxyRequest.Headers.TryAddWithoutValidation("Authorization", $"Bearer {session.Tokens.AccessToken.Value}");
        return ValueTask.CompletedTask;
    }

    private static ValueTask AddTrace(RequestTransformContext context)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            context.ProxyRequest.Headers.TryAddWithoutValidation("traceparent", id);
        }

        return ValueTask.CompletedTask;
    }
}
